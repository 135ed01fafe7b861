package io.kindling.spark.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.spark.local.LocalSession;
import io.kindling.spark.predict.Graphs;
import io.kindling.tensorflow.ProgramSketch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/** Every operation over types, ranks, partitions and numbers of rows; of tables and streams. */
class FrameOperationsTest {

  private static final int BLOCK_ROWS = 8; // so that few rows are several blocks

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  /** How many rows lie in how many partitions. */
  private enum Rows {
    EMPTY(0, 2),
    ONE_AMONG_PARTITIONS(1, 3),
    ONE_PARTITION(20, 1),
    MANY_PARTITIONS(50, 3);

    private final int count;
    private final int partitions;

    Rows(int count, int partitions) {
      this.count = count;
      this.partitions = partitions;
    }
  }

  private enum Elements {
    FLOAT(DataType.DT_FLOAT, "cast((id + %d) / 4 as float)"),
    DOUBLE(DataType.DT_DOUBLE, "cast((id + %d) / 3 as double)"),
    TINYINT(DataType.DT_INT8, "cast((id + %d) %% 100 as tinyint)"),
    SMALLINT(DataType.DT_INT16, "cast(id + %d as smallint)"),
    INT(DataType.DT_INT32, "cast(id + %d as int)"),
    BIGINT(DataType.DT_INT64, "id + %d"),
    BOOLEAN(DataType.DT_BOOL, "(id + %d) %% 3 = 0"),
    STRING(DataType.DT_STRING, "concat('wörd ', id + %d)");

    private final DataType type;
    private final String expression;

    Elements(DataType type, String expression) {
      this.type = type;
      this.expression = expression;
    }
  }

  /** Two elements along each dimension, nested as deep as there are dimensions. */
  private static String nested(String expression, int rank, int number) {
    return rank == 0
        ? expression.formatted(number)
        : "array(%s, %s)"
            .formatted(
                nested(expression, rank - 1, 2 * number),
                nested(expression, rank - 1, 2 * number + 1));
  }

  private Dataset<Row> table(Rows rows, String expression, int rank) {
    return spark
        .range(0, rows.count, 1, rows.partitions)
        .selectExpr("id AS key", nested(expression, rank, 0) + " AS x");
  }

  private TensorProgram identity(Elements elements, int rank, boolean isBlock) {
    long[] dimensions = new long[rank + (isBlock ? 1 : 0)];
    Arrays.fill(dimensions, -1);
    return TensorProgram.ofModel(Graphs.identity(elements.type, dimensions).write(folder));
  }

  static Stream<Arguments> typesRanksAndRows() {
    return Stream.of(Elements.values())
        .flatMap(
            type ->
                Stream.of(0, 1, 3)
                    .flatMap(
                        rank -> Stream.of(Rows.values()).map(rows -> arguments(type, rank, rows))));
  }

  @ParameterizedTest
  @MethodSource("typesRanksAndRows")
  void mapsGiveWhatTheyTake(Elements elements, int rank, Rows rows) {
    Dataset<Row> table = table(rows, elements.expression, rank);
    TensorFrame frame = TensorFrame.of(table).withBlockRows(BLOCK_ROWS);

    Dataset<Row> mapped =
        frame
            .mapBlocks(identity(elements, rank, true))
            .mapRows(identity(elements, rank, false).withOutput("y", "w"))
            .rows();
    Dataset<Row> trimmed = frame.mapBlocksTrimmed(identity(elements, rank, true)).rows();

    assertThat(mapped.columns()).containsExactly("w", "y", "key", "x");
    assertThat(mapped.select("w", "y").schema().fields())
        .allMatch(field -> field.dataType().sameType(table.schema().apply("x").dataType()));
    assertThat(mapped.selectExpr("y <=> x AND w <=> x").collectAsList())
        .hasSize(rows.count)
        .allMatch(row -> row.getBoolean(0));
    assertThat(trimmed.columns()).containsExactly("y");
    assertThat(sorted(trimmed)).isEqualTo(sorted(table.select("x")));
  }

  private static List<String> sorted(Dataset<Row> rows) {
    return rows.toDF("value").toJSON().collectAsList().stream().sorted().toList();
  }

  @ParameterizedTest
  @EnumSource(Elements.class)
  void mapsOfStreamsAreThoseOfTables(Elements elements) throws Exception {
    Dataset<Row> table = table(Rows.MANY_PARTITIONS, elements.expression, 1);
    Dataset<Row> mapped =
        streamed(
            table,
            "append",
            stream ->
                TensorFrame.of(stream)
                    .withBlockRows(BLOCK_ROWS)
                    .mapBlocks(identity(elements, 1, true))
                    .mapRows(identity(elements, 1, false).withOutput("y", "w"))
                    .rows());
    assertThat(mapped.where("y <=> x AND w <=> x").count()).isEqualTo(50);
    assertThat(mapped.columns()).containsExactly("w", "y", "key", "x");

    Dataset<Row> trimmed =
        streamed(
            table,
            "append",
            stream -> TensorFrame.of(stream).mapBlocksTrimmed(identity(elements, 1, true)).rows());
    assertThat(sorted(trimmed)).isEqualTo(sorted(table.select("x")));
  }

  private Dataset<Row> streamed(
      Dataset<Row> table, String mode, UnaryOperator<Dataset<Row>> operation) throws Exception {
    String name = "s" + UUID.randomUUID().toString().replace("-", "");
    String path = folder.resolve(name).toString();
    table.write().parquet(path);
    Dataset<Row> stream = spark.readStream().schema(table.schema()).parquet(path);
    StreamingQuery query =
        operation
            .apply(stream)
            .writeStream()
            .format("memory")
            .queryName(name)
            .outputMode(mode)
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(60_000)).isTrue();
    return spark.table(name);
  }

  /** Types that can be added. */
  private enum Numbers {
    FLOAT(TFloat32.class, "cast(id %% 7 + %d as float)"),
    DOUBLE(TFloat64.class, "cast(id %% 7 + %d as double)"),
    INT(TInt32.class, "cast(id %% 7 + %d as int)"),
    BIGINT(TInt64.class, "id %% 7 + %d");

    private final Class<? extends TNumber> type;
    private final String expression;

    Numbers(Class<? extends TNumber> type, String expression) {
      this.type = type;
      this.expression = expression;
    }
  }

  static Stream<Arguments> numbersRanksAndRows() {
    return Stream.of(Numbers.values())
        .flatMap(
            type ->
                Stream.of(0, 2)
                    .flatMap(
                        rank -> Stream.of(Rows.values()).map(rows -> arguments(type, rank, rows))));
  }

  private static <T extends TNumber> Consumer<ProgramSketch> sum(Class<T> type) {
    return g -> g.output("x", g.tf().sum(g.column("x_input", type), g.tf().constant(0)));
  }

  private static <T extends TNumber> Consumer<ProgramSketch> plus(Class<T> type) {
    return g -> g.output("x", g.tf().math.add(g.column("x_1", type), g.column("x_2", type)));
  }

  /** What the sum of rows with these ids has for elements. */
  private static double[] sums(LongStream ids, int rank) {
    long[] all = ids.toArray();
    double[] sums = new double[1 << rank];
    for (int i = 0; i < sums.length; i++) {
      int offset = i;
      sums[i] = LongStream.of(all).map(id -> id % 7 + offset).sum();
    }
    return sums;
  }

  private static double[] flat(Object value) {
    List<Double> flat = new ArrayList<>();
    flatten(value, flat);
    return flat.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void flatten(Object value, List<Double> flat) {
    if (value instanceof Number number) {
      flat.add(number.doubleValue());
    } else {
      scala.jdk.javaapi.CollectionConverters.asJava((scala.collection.Seq<?>) value)
          .forEach(each -> flatten(each, flat));
    }
  }

  @ParameterizedTest
  @MethodSource("numbersRanksAndRows")
  void reductionsSum(Numbers numbers, int rank, Rows rows) {
    TensorFrame frame =
        TensorFrame.of(table(rows, numbers.expression, rank)).withBlockRows(BLOCK_ROWS);
    TensorFrame only = TensorFrame.of(frame.rows().select("x")).withBlockRows(BLOCK_ROWS);
    if (rows.count == 0) {
      assertThatThrownBy(() -> frame.reduceBlocks(sum(numbers.type)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has no rows");
      assertThatThrownBy(() -> only.reduceRows(plus(numbers.type)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has no rows");
      return;
    }
    double[] expected = sums(LongStream.range(0, rows.count), rank);

    Row blocks = frame.reduceBlocks(sum(numbers.type));
    assertThat(flat(blocks.get(0))).containsExactly(expected, within(1e-3));
    assertThat(blocks.schema().apply("x").dataType())
        .matches(type -> type.sameType(frame.rows().schema().apply("x").dataType()));
    assertThat(flat(only.reduceRows(plus(numbers.type)).get(0)))
        .containsExactly(expected, within(1e-3));
  }

  @ParameterizedTest
  @MethodSource("numbersRanksAndRows")
  void aggregatesByKey(Numbers numbers, int rank, Rows rows) {
    Dataset<Row> table =
        table(rows, numbers.expression, rank).selectExpr("concat('k', key % 3) AS k", "x");
    Dataset<Row> aggregated =
        TensorFrame.of(table)
            .withBlockRows(BLOCK_ROWS)
            .groupBy("k")
            .aggregate(sum(numbers.type))
            .rows();
    assertThat(aggregated.columns()).containsExactly("k", "x");
    requireSums(aggregated, rows.count, rank);
  }

  private static void requireSums(Dataset<Row> aggregated, int count, int rank) {
    List<Row> groups = aggregated.collectAsList();
    assertThat(groups).hasSize(Math.min(3, count));
    for (Row group : groups) {
      int key = Integer.parseInt(group.getString(0).substring(1));
      assertThat(flat(group.get(1)))
          .containsExactly(
              sums(LongStream.range(0, count).filter(id -> id % 3 == key), rank), within(1e-3));
    }
  }

  @ParameterizedTest
  @EnumSource(Numbers.class)
  void aggregatesStreams(Numbers numbers) throws Exception {
    Dataset<Row> table =
        table(Rows.MANY_PARTITIONS, numbers.expression, 1)
            .selectExpr("concat('k', key % 3) AS k", "x");
    requireSums(
        streamed(
            table,
            "complete",
            stream ->
                TensorFrame.of(stream)
                    .withBlockRows(BLOCK_ROWS)
                    .groupBy("k")
                    .aggregate(sum(numbers.type))
                    .rows()),
        50,
        1);
  }
}
