package io.kindling.spark.stage;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.input.Device;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.predict.Graphs;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;

class ModelTransformerTest {

  private static final int ROWS = 700; // more than two blocks
  private static final int HIGHEST_RANK = 5; // and one more for the rows

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  /**
   * Elements of a type.
   *
   * @param expression makes them of {@code id}
   * @param expected what comes out for them
   * @param column the type of what comes out
   * @param isCast whether Spark has no such elements, so that the column's are cast
   */
  private record Elements(
      DataType type, String expression, String expected, String column, boolean isCast) {

    static Elements same(DataType type, String expression, String column) {
      return new Elements(type, expression, expression, column, false);
    }

    static Elements cast(DataType type, String expression, String column) {
      return new Elements(type, expression, expression, column, true);
    }

    @Override
    public String toString() {
      return type + " in " + column;
    }
  }

  private static final List<Elements> TYPES =
      List.of(
          Elements.same(DataType.DT_FLOAT, "cast((id + %d) / 4 as float)", "float"),
          Elements.same(DataType.DT_DOUBLE, "cast((id + %d) / 3 as double)", "double"),
          Elements.same(DataType.DT_INT8, "cast((id + %d) %% 100 as tinyint)", "tinyint"),
          Elements.same(DataType.DT_INT16, "cast(id + %d as smallint)", "smallint"),
          Elements.same(DataType.DT_INT32, "cast(id + %d as int)", "int"),
          Elements.same(DataType.DT_INT64, "id + %d", "bigint"),
          Elements.same(DataType.DT_BOOL, "(id + %d) %% 3 = 0", "boolean"),
          Elements.same(DataType.DT_STRING, "concat('wörd ', id + %d)", "string"),
          new Elements(
              DataType.DT_STRING,
              "cast(concat('wörd ', id + %d) AS binary)",
              "concat('wörd ', id + %d)",
              "string",
              false),
          Elements.cast(DataType.DT_HALF, "cast((id + %d) / 4 as float)", "float"),
          Elements.cast(DataType.DT_BFLOAT16, "cast((id + %d) %% 128 as float)", "float"),
          Elements.cast(DataType.DT_UINT8, "cast((id + %d) %% 256 as smallint)", "smallint"),
          Elements.cast(DataType.DT_UINT16, "cast(id + %d + 60000 as int)", "int"),
          Elements.cast(DataType.DT_UINT32, "id + %d + 4000000000L", "bigint"),
          Elements.cast(
              DataType.DT_UINT64,
              "cast(id + %d + 18446744073709550000BD AS decimal(20,0))",
              "decimal(20,0)"));

  static Stream<Arguments> typesAndRanks() {
    return TYPES.stream()
        .flatMap(
            type ->
                IntStream.rangeClosed(0, HIGHEST_RANK)
                    .boxed()
                    .flatMap(
                        rank ->
                            Stream.of(BadRowPolicy.values())
                                .map(policy -> arguments(type, rank, policy))));
  }

  /** Two elements along each dimension, nested as deep as there are dimensions. */
  private static String nested(String element, int rank, int number) {
    if (rank == 0) {
      return element.formatted(number);
    }
    return "array("
        + nested(element, rank - 1, 2 * number)
        + ", "
        + nested(element, rank - 1, 2 * number + 1)
        + ")";
  }

  private static long[] dimensions(int rank) {
    long[] dimensions = new long[rank + 1];
    Arrays.fill(dimensions, 2);
    dimensions[0] = -1;
    return dimensions;
  }

  @ParameterizedTest
  @MethodSource("typesAndRanks")
  void givesWhatItTakes(Elements type, int rank, BadRowPolicy policy) {
    String model = Graphs.identity(type.type(), dimensions(rank)).write(folder);
    Dataset<Row> whole =
        spark
            .range(0, ROWS, 1, 1)
            .selectExpr(
                "id",
                nested(type.expression(), rank, 0) + " AS x",
                nested(type.expected(), rank, 0) + " AS expected");
    ModelTransformer transformer =
        new ModelTransformer().setModel(model).setOutput("y", "out").setBadRowPolicy(policy);
    if (type.isCast()) {
      transformer.setCast("x");
    }

    Dataset<Row> scored = transformer.transform(whole);

    assertThat(scored.schema()).isEqualTo(transformer.transformSchema(whole.schema()));
    assertThat(scored.schema().apply("out").dataType().catalogString())
        .isEqualTo("array<".repeat(rank) + type.column() + ">".repeat(rank));
    assertThat(scored.where("expected <=> out").count()).isEqualTo(ROWS);

    Dataset<Row> holed = whole.selectExpr("id", "if(id % 10 = 3, null, x) AS x", "expected");
    switch (policy) {
      case FAIL ->
          assertThatThrownBy(() -> transformer.transform(holed).collectAsList())
              .hasStackTraceContaining("Column 'x' is null. It is row ");
      case DROP -> {
        Row counts =
            transformer
                .transform(holed)
                .selectExpr("count(*)", "count_if(expected <=> out AND id % 10 <> 3)")
                .first();
        assertThat(counts.getLong(0)).isEqualTo(ROWS * 9 / 10);
        assertThat(counts.getLong(1)).isEqualTo(ROWS * 9 / 10);
      }
      case MARK -> {
        Row counts =
            transformer
                .transform(holed)
                .selectExpr(
                    "count_if(expected <=> out AND reason IS NULL AND id % 10 <> 3)",
                    "count_if(out IS NULL AND reason = 'Column \\'x\\' is null.' AND id % 10 = 3)")
                .first();
        assertThat(counts.getLong(0)).isEqualTo(ROWS * 9 / 10);
        assertThat(counts.getLong(1)).isEqualTo(ROWS / 10);
      }
    }
  }

  @Test
  void bytesAreUnsignedNumbersOrTexts() {
    Dataset<Row> table = spark.range(9).selectExpr("cast(concat('ab', id) AS binary) AS x");

    assertThat(
            new ModelTransformer()
                .setModel(Graphs.identity(DataType.DT_UINT8, -1, 3).write(folder))
                .transform(table)
                .where("y = array(97S, 98S, 48S + cast(substr(cast(x AS string), 3) AS smallint))")
                .count())
        .isEqualTo(9);
    assertThat(
            new ModelTransformer()
                .setModel(Graphs.identity(DataType.DT_STRING, -1).write(folder))
                .transform(table)
                .where("y = cast(x AS string)")
                .count())
        .isEqualTo(9);
  }

  @Test
  void rowsOfSeveralShapesKeepTheirOrder() {
    String model = Graphs.identity(DataType.DT_FLOAT, -1, -1, 2).write(folder);
    Dataset<Row> table =
        spark
            .range(0, ROWS, 1, 2)
            .selectExpr(
                "id",
                "transform(sequence(1, cast(id % 4 AS int) + 1), n -> array(cast(n AS float), cast(id AS float))) AS x");

    List<Row> rows = new ModelTransformer().setModel(model).transform(table).collectAsList();

    assertThat(rows).allSatisfy(row -> assertThat(row.getSeq(2)).isEqualTo(row.getSeq(1)));
    assertThat(rows.stream().map(row -> row.getLong(0)))
        .containsExactlyElementsOf(IntStream.range(0, ROWS).mapToObj(i -> (long) i).toList());
  }

  /** Two blocks of ten rows, in each of which the longest has four parts. */
  private Dataset<Row> ragged(String element) {
    return spark
        .range(0, 20, 1, 1)
        .selectExpr(
            "id",
            "transform(sequence(1, cast(id % 4 AS int) + 1), n -> array(" + element + ")) AS x");
  }

  @Test
  void shorterRowsArePaddedAtTheirEnds() {
    String numbers = Graphs.identity(DataType.DT_FLOAT, -1, -1, -1).write(folder);
    String texts = Graphs.identity(DataType.DT_STRING, -1, -1, -1).write(folder);

    assertThat(
            new ModelTransformer()
                .setModel(numbers)
                .setBatchRows(10)
                .setPadding("x", -1)
                .transform(ragged("cast(n AS float), cast(id AS float)"))
                .where("y = concat(x, array_repeat(array(-1f, -1f), 4 - size(x)))")
                .count())
        .isEqualTo(20);
    assertThat(
            new ModelTransformer()
                .setModel(texts)
                .setBatchRows(10)
                .setPadding("x", "none")
                .transform(ragged("string(n), string(id), 'wörd'"))
                .where("y = concat(x, array_repeat(array('none', 'none', 'none'), 4 - size(x)))")
                .count())
        .isEqualTo(20);
  }

  /** Zeros change no largest number, and the other input tells how many count. */
  @Test
  void paddedRowsAreOneCall() {
    String model =
        Graphs.begin()
            .input("x", DataType.DT_FLOAT, -1, -1)
            .input("length", DataType.DT_FLOAT, -1)
            .largest("most", DataType.DT_FLOAT, "x")
            .node("z", "Mul", "T", DataType.DT_FLOAT, "most", "length")
            .write(folder);
    Dataset<Row> table =
        spark
            .range(0, 50, 1, 1)
            .selectExpr("transform(sequence(0, cast(id % 7 AS int)), n -> cast(n AS float)) AS x")
            .selectExpr("x", "cast(size(x) AS float) AS length");

    assertThat(
            new ModelTransformer()
                .setModel(model)
                .setPadding("x", 0)
                .transform(table)
                .where("z = (length - 1) * length")
                .count())
        .isEqualTo(50);
  }

  /** Padded, all rows would take 400 MB. */
  @Test
  void oneLongRowDoesNotMakeABlockTooLarge() {
    String model =
        Graphs.begin()
            .input("x", DataType.DT_FLOAT, -1, -1)
            .largest("z", DataType.DT_FLOAT, "x")
            .write(folder);
    Dataset<Row> table =
        spark
            .range(0, 100, 1, 1)
            .selectExpr(
                "transform(sequence(0, if(id = 50, 1000000, 3)), n -> cast(n AS float)) AS x");

    assertThat(
            new ModelTransformer()
                .setModel(model)
                .setPadding("x", -1)
                .transform(table)
                .where("z = size(x) - 1")
                .count())
        .isEqualTo(100);
  }

  @Test
  void whatCannotBePaddedIsSaid() {
    String model =
        Graphs.begin()
            .input("a", DataType.DT_INT32, -1, -1)
            .input("b", DataType.DT_INT32, -1, 2)
            .node("c", "Identity", "T", DataType.DT_INT32, "a")
            .node("d", "Identity", "T", DataType.DT_INT32, "b")
            .write(folder);
    Dataset<Row> table = spark.sql("SELECT array(1) AS a, array(1, 2) AS b");

    assertThatThrownBy(
            () ->
                new ModelTransformer()
                    .setModel(model)
                    .setPadding("a", 0.5)
                    .setPadding("b", 0)
                    .setPadding("e", 0)
                    .transformSchema(table.schema()))
        .hasMessageContaining(
            "Column 'a' is to be padded with '0.5', but elements of 'a' are of int32.")
        .hasMessageContaining(
            "Column 'b' is to be padded, but 'b' int32[?, 2] has one shape for all rows.")
        .hasMessageContaining(
            "Columns [e] are to be padded, but ModelTransformer does not read them.");
  }

  @Test
  void flatArraysAndVectorsTakeTheInputsShape() {
    String model = Graphs.identity(DataType.DT_FLOAT, -1, 2, 3).write(folder);
    Dataset<Row> table =
        spark
            .range(10)
            .selectExpr("transform(sequence(1, 6), n -> cast(n + id AS float)) AS flat")
            .selectExpr(
                "flat",
                "array(slice(flat, 1, 3), slice(flat, 4, 3)) AS deep",
                "transform(flat, n -> cast(n AS double)) AS doubles")
            .withColumn("vector", array_to_vector(col("doubles")));

    for (String column : List.of("flat", "deep", "doubles", "vector")) {
      ModelTransformer transformer =
          new ModelTransformer().setModel(model).setInput(column, "x").setCast(column);
      assertThat(transformer.transform(table).where("y = deep").count()).isEqualTo(10);
    }
  }

  @Test
  void nothingIsCastUnlessSaid() {
    String model = Graphs.identity(DataType.DT_FLOAT, -1).write(folder);
    Dataset<Row> table = spark.range(3).selectExpr("cast(id AS double) / 4 AS x");
    ModelTransformer transformer = new ModelTransformer().setModel(model);

    assertThatThrownBy(() -> transformer.transformSchema(table.schema()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Column 'x' has type double. ModelTransformer needs float elements for 'x' float32[?]. Nothing is cast unless you say so: setCast(\"x\").");
    assertThat(transformer.setCast("x").transform(table).where("x = y").count()).isEqualTo(3);
  }

  @Test
  void numbersThatAnIntegerCannotHoldAreBadRows() {
    String model = Graphs.identity(DataType.DT_INT8, -1).write(folder);
    Dataset<Row> table =
        spark
            .range(4)
            .selectExpr("element_at(array(1.0D, 1.5D, 127.0D, 128.0D), cast(id AS int) + 1) AS x");

    List<Row> rows =
        new ModelTransformer()
            .setModel(model)
            .setCast("x")
            .setBadRowPolicy(BadRowPolicy.MARK)
            .setReasonCol("why")
            .transform(table)
            .collectAsList();

    assertThat(rows.stream().map(row -> row.get(1)))
        .containsExactly((byte) 1, null, (byte) 127, null);
    assertThat(rows.get(1).getString(2))
        .isEqualTo("Column 'x' holds 1.5, which is no whole number that int8 can have.");
    assertThat(rows.get(3).getString(2))
        .isEqualTo("Column 'x' holds 128, but int8 goes from -128 to 127.");
  }

  static Stream<Arguments> numbersOutOfReach() {
    return Stream.of(
        arguments(
            DataType.DT_HALF,
            "65504.0D",
            "65520.0D",
            "holds 65520.0, which float16 does not reach"),
        arguments(
            DataType.DT_BFLOAT16,
            "-0.5D",
            "-1e300D",
            "holds -1.0E300, which bfloat16 does not reach"),
        arguments(DataType.DT_UINT8, "255", "-1", "holds -1, but uint8 goes from 0 to 255"),
        arguments(
            DataType.DT_UINT16, "65535", "65536", "holds 65536, but uint16 goes from 0 to 65535"),
        arguments(
            DataType.DT_UINT32,
            "4294967295",
            "4294967296",
            "holds 4294967296, but uint32 goes from 0 to 4294967295"),
        arguments(
            DataType.DT_UINT64,
            "9223372036854775807L",
            "-1L",
            "holds -1, which is no whole number that uint64 can have"),
        arguments(
            DataType.DT_UINT64,
            "18446744073709551615BD",
            "18446744073709551616BD",
            "holds 18446744073709551616, which is no whole number that uint64 can have"),
        arguments(
            DataType.DT_UINT64,
            "9223372036854775808D",
            "18446744073709551616D",
            "holds 18446744073709551616, which is no whole number that uint64 can have"),
        arguments(
            DataType.DT_INT64,
            "9007199254740993BD",
            "0.5BD",
            "holds 0.5, which is no whole number that int64 can have"),
        arguments(
            DataType.DT_INT64,
            "-9223372036854775808D",
            "9223372036854775808D",
            "holds 9223372036854775808, which is no whole number that int64 can have"));
  }

  @ParameterizedTest
  @MethodSource("numbersOutOfReach")
  void takesNumbersAsFarAsTheTypeReaches(
      DataType type, String within, String beyond, String reason) {
    List<Row> rows =
        new ModelTransformer()
            .setModel(Graphs.identity(type, -1).write(folder))
            .setCast("x")
            .setBadRowPolicy(BadRowPolicy.MARK)
            .transform(spark.sql("SELECT explode(array(%s, %s)) AS x".formatted(within, beyond)))
            .selectExpr("x = y", "reason")
            .collectAsList();

    assertThat(rows.get(0).get(0)).isEqualTo(true);
    assertThat(rows.get(1).getString(1)).isEqualTo("Column 'x' " + reason + ".");
  }

  @Test
  void everyMismatchIsNamedAtOnce() {
    String model =
        Graphs.begin()
            .input("a", DataType.DT_FLOAT, -1, 2)
            .input("b", DataType.DT_FLOAT, -1, 2)
            .node("sum", "AddV2", "T", DataType.DT_FLOAT, "a", "b")
            .write(folder);
    Dataset<Row> table = spark.range(1).selectExpr("'text' AS a", "1 AS sum");

    assertThatThrownBy(
            () ->
                new ModelTransformer()
                    .setModel(model)
                    .setInput("c", "d")
                    .setCast("z")
                    .transformSchema(table.schema()))
        .hasMessageContaining("has no input 'd'. It has [a, b].")
        .hasMessageContaining("Column 'a' has type string.")
        .hasMessageContaining("Column 'b' is missing.")
        .hasMessageContaining(
            "Columns [z] are to be cast, but ModelTransformer does not read them.")
        .hasMessageContaining("Column 'sum' exists already.");
  }

  @Test
  void severalInputsAndOutputs() {
    String model =
        Graphs.begin()
            .input("a", DataType.DT_FLOAT, -1)
            .input("b", DataType.DT_FLOAT, -1)
            .node("sum", "AddV2", "T", DataType.DT_FLOAT, "a", "b")
            .node("product", "Mul", "T", DataType.DT_FLOAT, "a", "b")
            .write(folder);
    Dataset<Row> table = spark.range(5).selectExpr("cast(id AS float) AS a", "2f AS two");
    ModelTransformer transformer = new ModelTransformer().setModel(model).setInput("two", "b");

    assertThat(transformer.transform(table).columns())
        .containsExactly("a", "two", "sum", "product");
    assertThat(
            transformer
                .setOutput("sum", "plus")
                .setOutput("product", "times")
                .transform(table)
                .where("plus = a + 2 AND times = 2 * a")
                .count())
        .isEqualTo(5);
    assertThat(transformer.transform(table).columns()).containsExactly("a", "two", "plus", "times");
  }

  @Test
  void callsOfAFixedNumberOfRowsAreFilledUp() {
    String model = Graphs.identity(DataType.DT_INT64, 4, 1).write(folder);
    Dataset<Row> table = spark.range(0, 10, 1, 1).selectExpr("id AS x");

    assertThat(new ModelTransformer().setModel(model).transform(table).where("y[0] = x").count())
        .isEqualTo(10);
  }

  @Test
  void callsOfOneRowNeedNoDimensionForRows() {
    String model = Graphs.identity(DataType.DT_INT64, 3).write(folder);
    Dataset<Row> table = spark.range(5).selectExpr("array(id, id + 1, id + 2) AS x");

    assertThat(
            new ModelTransformer()
                .setModel(model)
                .setRowAxis(false)
                .transform(table)
                .where("x = y")
                .count())
        .isEqualTo(5);
  }

  @Test
  void savesItselfWithTheModelOrWithout() throws Exception {
    Path models = Files.createDirectory(folder.resolve("models"));
    String model = Graphs.identity(DataType.DT_FLOAT, -1).write(models);
    Dataset<Row> table = spark.range(3).selectExpr("cast(id AS float) AS x");
    ModelTransformer transformer = new ModelTransformer().setModel(model).setOutput("y", "z");
    String with = folder.resolve("with").toString();
    String without = folder.resolve("without").toString();

    new Pipeline().setStages(new PipelineStage[] {transformer}).fit(table).write().save(with);
    transformer.setSavesModel(false).write().save(without);

    assertThat(ModelTransformer.load(without).transform(table).where("x = z").count()).isEqualTo(3);
    Files.delete(Path.of(URI.create(model)));
    assertThat(PipelineModel.load(with).transform(table).where("x = z").count()).isEqualTo(3);
    assertThatThrownBy(() -> ModelTransformer.load(without).transform(table))
        .hasMessageContaining("There is nothing at");
  }

  @Test
  void aCopyKeepsUidAndParamsAndGoesItsOwnWay() {
    ModelTransformer transformer =
        new ModelTransformer().setModel("/m").setInput("a", "x").setBatchRows(7);

    ModelTransformer copied = transformer.copy(new ParamMap());
    copied.setBatchRows(8);

    assertThat(copied.uid()).isEqualTo(transformer.uid());
    assertThat(copied.getModel()).isEqualTo("/m");
    assertThat(copied.getOrDefault(copied.inputs())).isEqualTo("{\"x\":\"a\"}");
    assertThat(transformer.getOrDefault(transformer.batchRows())).isEqualTo(7);
    assertThat(transformer.explainParams()).contains("rows scored at once");
  }

  @Test
  void streamsAreScoredAsTablesAre() throws Exception {
    String model = Graphs.identity(DataType.DT_FLOAT, -1).write(folder);
    String input = folder.resolve("input").toString();
    spark.range(0, 100, 1, 4).selectExpr("cast(id AS float) AS x").write().parquet(input);
    Dataset<Row> stream = spark.readStream().schema("x FLOAT").parquet(input);

    StreamingQuery query =
        new ModelTransformer()
            .setModel(model)
            .transform(stream)
            .writeStream()
            .format("memory")
            .queryName("scored_stream")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination(60_000);

    assertThat(spark.table("scored_stream").where("x = y").count()).isEqualTo(100);
  }

  @Test
  void aModelThatFailsOnARowMarksThatRowAlone() {
    String model =
        Graphs.begin()
            .input("x", DataType.DT_STRING, -1)
            .node("y", "StringToNumber", "out_type", DataType.DT_FLOAT, "x")
            .write(folder);
    Dataset<Row> table =
        spark.range(0, 20, 1, 1).selectExpr("id", "if(id = 7, 'seven', string(id)) AS x");
    ModelTransformer transformer = new ModelTransformer().setModel(model);

    assertThatThrownBy(() -> transformer.transform(table).collectAsList())
        .hasStackTraceContaining("failed on 20 rows of partition 0");
    Dataset<Row> marked = transformer.setBadRowPolicy(BadRowPolicy.MARK).transform(table);
    assertThat(marked.where("y = id").count()).isEqualTo(19);
    assertThat(marked.where("reason LIKE 'The model failed: %seven%'").select("id").collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(7L);
    assertThat(transformer.setBadRowPolicy(BadRowPolicy.DROP).transform(table).count())
        .isEqualTo(19);
  }

  /** A model that no other test has had loaded. */
  private static Graphs times(float factor) {
    return Graphs.begin()
        .input("x", DataType.DT_FLOAT, -1)
        .constant("factor", factor)
        .node("y", "Mul", "T", DataType.DT_FLOAT, "x", "factor");
  }

  @Test
  void whatHasChangedMeanwhileIsNotScoredWith() throws Exception {
    String model = times(3.25f).write(folder);
    Dataset<Row> scored =
        new ModelTransformer()
            .setModel(model)
            .transform(spark.range(3).selectExpr("cast(id AS float) AS x"));

    Files.write(
        Path.of(URI.create(model)),
        Files.readAllBytes(Path.of(URI.create(times(4.25f).write(folder)))));

    assertThatThrownBy(scored::collectAsList)
        .hasStackTraceContaining("is not the one that was described");
  }

  @Test
  void decimalsKeepAllDigits() {
    String model = Graphs.identity(DataType.DT_INT64, -1).write(folder);
    Dataset<Row> table =
        spark.sql(
            "SELECT explode(array(9007199254740993BD, 9223372036854775807BD, 9223372036854775808BD, 0.5BD)) AS x");

    List<Row> rows =
        new ModelTransformer()
            .setModel(model)
            .setCast("x")
            .setBadRowPolicy(BadRowPolicy.MARK)
            .transform(table)
            .collectAsList();

    assertThat(rows.stream().map(row -> row.get(1)))
        .containsExactly(9007199254740993L, Long.MAX_VALUE, null, null);
  }

  @Test
  void rowsOfSeveralShapesFillUpCallsOfAFixedNumber() {
    String model = Graphs.identity(DataType.DT_FLOAT, 4, -1).write(folder);
    Dataset<Row> table =
        spark
            .range(0, 50, 1, 1)
            .selectExpr("transform(sequence(0, cast(id % 3 AS int)), n -> cast(id AS float)) AS x");

    assertThat(new ModelTransformer().setModel(model).transform(table).where("x = y").count())
        .isEqualTo(50);
  }

  @Test
  void arraysWithoutElementsHaveTheShapeThatIsExpected() {
    String model = Graphs.identity(DataType.DT_FLOAT, -1, -1, 2).write(folder);
    Dataset<Row> table =
        spark.sql(
            "SELECT cast(array() AS array<array<float>>) AS x UNION ALL SELECT array(array(1f, 2f))");

    assertThat(new ModelTransformer().setModel(model).transform(table).where("x = y").count())
        .isEqualTo(2);
  }

  @Test
  void stringsThatAreNoTextsAreBinaryWhereSaid() {
    String model = Graphs.identity(DataType.DT_STRING, -1).write(folder);
    Dataset<Row> table = spark.sql("SELECT explode(array(X'FFFEFDFC', X'41')) AS x");
    ModelTransformer transformer =
        new ModelTransformer().setModel(model).setBadRowPolicy(BadRowPolicy.MARK);

    List<Row> texts = transformer.transform(table).collectAsList();
    assertThat(texts.get(0).getString(2))
        .isEqualTo(
            "The model failed: Output 'y' holds bytes that are no UTF-8. Make column 'y' binary: setBinary.");
    assertThat(texts.get(1).getString(1)).isEqualTo("A");

    Dataset<Row> binaries = transformer.setBinary("y").transform(table);
    assertThat(binaries.schema()).isEqualTo(transformer.transformSchema(table.schema()));
    assertThat(binaries.where("x = y AND reason IS NULL").count()).isEqualTo(2);
    assertThatThrownBy(() -> transformer.setBinary("z").transformSchema(table.schema()))
        .hasMessage(
            "Column 'z' is to be binary, but ModelTransformer makes no strings of this name.");
  }

  @Test
  void anOutputThatIsNoRowsIsRefusedUnderEveryPolicy() {
    String declared =
        Graphs.begin()
            .input("x", DataType.DT_FLOAT, -1)
            .node("s", "Shape", "T", DataType.DT_FLOAT, "x")
            .write(folder);
    Dataset<Row> table = spark.range(3).selectExpr("cast(id AS float) AS x");

    assertThatThrownBy(
            () ->
                new ModelTransformer()
                    .setModel(declared)
                    .setGraphOutputs("s:0")
                    .setBadRowPolicy(BadRowPolicy.DROP)
                    .transform(table)
                    .collectAsList())
        .hasStackTraceContaining("setRowAxis(false)");
  }

  @Test
  void whatIsUnsafeIsAllowedByWhoeverLoads() throws Exception {
    String model = Graphs.identity(DataType.DT_FLOAT, -1).write(folder);
    String saved = folder.resolve("saved").toString();
    ModelTransformer transformer =
        new ModelTransformer().setModel(model).setAllowUnsafe("ReadFile");

    transformer.write().save(saved);

    ModelTransformer loaded = ModelTransformer.load(saved);
    assertThat(loaded.isSet(loaded.allowUnsafe())).isFalse();
    assertThat(loaded.setAllowUnsafe("ReadFile").describe().isAcceptable()).isTrue();
  }

  @Test
  void aGpuIsAskedOfSpark() {
    String model = Graphs.identity(DataType.DT_FLOAT, -1).write(folder);

    assertThatThrownBy(
            () ->
                new ModelTransformer()
                    .setModel(model)
                    .setDevice(Device.GPU)
                    .transform(spark.range(3).selectExpr("cast(id AS float) AS x")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("The device is gpu, but Spark gives no GPUs to tasks");
  }
}
