package io.kindling.spark.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.local.LocalSession;
import io.kindling.tensorflow.GraphProgram;
import io.kindling.tensorflow.ProgramSketch;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Operand;
import org.tensorflow.op.core.Max;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;

/** What TensorFrames did, in its correct form: rows of the parity sheet by number. */
class TensorFrameTest {

  private static void plusThree(ProgramSketch g) {
    g.output("z", g.tf().math.add(g.column("x", TFloat64.class), g.tf().constant(3.0)));
  }

  private static void sum(ProgramSketch g) {
    g.output("x", g.tf().sum(g.column("x_input", TFloat64.class), g.tf().constant(0)));
  }

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  private TensorFrame doubles(long count, int partitions) {
    return TensorFrame.of(spark.range(0, count, 1, partitions).selectExpr("double(id) AS x"));
  }

  private TensorFrame sql(String query) {
    return TensorFrame.of(spark.sql(query));
  }

  private static List<String> texts(TensorFrame frame) {
    return frame.rows().collectAsList().stream().map(Row::toString).toList();
  }

  @Test // TFR-1, TFR-5, TFR-12
  void addsColumnsInFront() {
    assertThat(texts(doubles(3, 1).mapBlocks(TensorFrameTest::plusThree)))
        .containsExactly("[3.0,0.0]", "[4.0,1.0]", "[5.0,2.0]");
    assertThat(texts(doubles(3, 1).mapRows(TensorFrameTest::plusThree)))
        .containsExactly("[3.0,0.0]", "[4.0,1.0]", "[5.0,2.0]");
  }

  @Test // TFR-26, TFR-28, TFR-49
  void sortsNewColumnsAndGivesOneValueUnderTwoNames() {
    TensorFrame mapped =
        doubles(3, 1)
            .mapBlocks(
                g -> {
                  Operand<TFloat64> x = g.column("x", TFloat64.class);
                  g.output("z", g.tf().math.add(x, x));
                  g.output("y", x);
                  g.output("a", x);
                });
    assertThat(mapped.rows().columns()).containsExactly("a", "y", "z", "x");
    assertThat(texts(mapped).get(2)).isEqualTo("[2.0,2.0,4.0,2.0]");
  }

  @Test // TFR-3
  void feedsAnInputByAnotherColumn() {
    TensorProgram program =
        TensorProgram.of(
                g ->
                    g.output(
                        "z",
                        g.tf()
                            .math
                            .add(g.placeholder("x_tf", TFloat64.class, -1), g.tf().constant(3.0))))
            .withInput("x_tf", "x")
            .withOutput("z", "moved");
    assertThat(texts(doubles(1, 1).mapBlocks(program))).containsExactly("[3.0,0.0]");
    assertThat(doubles(1, 1).mapBlocks(program).rows().columns()).containsExactly("moved", "x");
  }

  @Test // TFR-8, TFR-41
  void trimsToAsManyRowsAsOutputsHave() {
    TensorFrame trimmed =
        doubles(3, 1)
            .mapBlocksTrimmed(
                g ->
                    g.output(
                        "n",
                        g.tf()
                            .sum(
                                g.column("x", TFloat64.class),
                                g.tf().constant(0),
                                org.tensorflow.op.core.Sum.keepDims(true))));
    assertThat(trimmed.rows().columns()).containsExactly("n");
    assertThat(texts(trimmed)).containsExactly("[3.0]");

    TensorFrame uneven =
        doubles(3, 1)
            .mapBlocksTrimmed(
                g -> {
                  Operand<TFloat64> x = g.column("x", TFloat64.class);
                  g.output("a", x);
                  g.output("b", g.tf().max(x, g.tf().constant(0), Max.keepDims(true)));
                });
    assertThatThrownBy(() -> texts(uneven))
        .hasStackTraceContaining("Outputs [a, b] have [3, 1] rows");
  }

  @Test // TFR-42
  void aMapGivesAValueForEachRow() {
    TensorFrame constant =
        doubles(2, 1)
            .mapBlocks(
                g -> {
                  Operand<TFloat64> x = g.column("x", TFloat64.class);
                  g.output("z", g.tf().max(x, g.tf().constant(0), Max.keepDims(true)));
                });
    assertThatThrownBy(() -> texts(constant)).hasStackTraceContaining("has shape [1] for 2 rows");
  }

  @Test // TFR-11, TFR-25
  void analyzesShapes() {
    TensorFrame vectors =
        sql("SELECT array(double(id), -double(id)) AS y FROM range(10)").analyze();
    assertThat(sql("SELECT double(id) AS x FROM range(0, 1, 1, 1)").analyze().explainTensors())
        .contains("double[1]");
    assertThat(doubles(10, 3).analyze().explainTensors()).contains("double[?]");
    assertThat(
            sql("SELECT id AS a, if(id = 0, array(0L), array(1L, 1L)) AS b FROM range(0, 2, 1, 1)")
                .analyze()
                .explainTensors())
        .contains(" a: bigint (nullable = false) bigint[2]\n", "bigint[2,?]\n");
    assertThat(
            sql("SELECT array(1.5D, double(id)) AS b FROM range(0, 3, 1, 1)")
                .analyze()
                .explainTensors())
        .contains("double[3,2]\n");
    Row reduced =
        TensorFrame.of(vectors.rows().selectExpr("y", "y AS least"))
            .reduceBlocks(
                g -> {
                  g.output(
                      "y", g.tf().sum(g.column("y_input", TFloat64.class), g.tf().constant(0)));
                  g.output(
                      "least",
                      g.tf().min(g.column("least_input", TFloat64.class), g.tf().constant(0)));
                });
    assertThat(reduced.getList(0)).isEqualTo(List.of(45.0, -45.0));
    assertThat(reduced.getList(1)).isEqualTo(List.of(0.0, -9.0));
  }

  @Test // TFR-10, TFR-24
  void explainsWhatIsNotAnalyzed() {
    assertThat(
            sql("SELECT 1.0D AS a, array(1.0D) AS b, array(array(1.0D)) AS c, named_struct('a', 1) AS d, 'x' AS e")
                .explainTensors())
        .isEqualTo(
            """
            root
             |-- a: double (nullable = false) double[?]
             |-- b: array<double> (nullable = false) double[?,?]
             |-- c: array<array<double>> (nullable = false) double[?,?,?]
             |-- d: struct<a:int> (nullable = false) <no tensor info>
             |-- e: string (nullable = false) string[?]
            """);
  }

  @Test
  void shapesSurviveSelectionsNamesAndFiles() {
    Dataset<Row> analyzed =
        sql("SELECT array(1.5D, double(id)) AS b FROM range(4)").analyze().rows();
    Dataset<Row> renamed = analyzed.withColumnRenamed("b", "c").select("c").where("c[0] > 0");
    String path = folder.resolve("saved").toString();
    renamed.write().parquet(path);
    assertThat(TensorFrame.of(renamed).explainTensors()).contains("c: array<double>", ",2]");
    assertThat(TensorFrame.of(spark.read().parquet(path)).explainTensors()).contains(",2]");
    TensorFrame mapped =
        TensorFrame.of(renamed)
            .mapBlocks(
                g ->
                    g.output(
                        "z",
                        g.tf()
                            .linalg
                            .matMul(
                                g.column("c", TFloat64.class),
                                g.tf().constant(new double[][] {{1, 0, 2}, {0, 1, 2}}))));
    assertThat(mapped.explainTensors()).contains("z: array<double> (nullable = false) double[?,3]");
  }

  @Test // TFR-6
  void reducesRows() {
    Consumer<ProgramSketch> plus =
        g ->
            g.output(
                "x",
                g.tf().math.add(g.column("x_1", TFloat64.class), g.column("x_2", TFloat64.class)));
    assertThat(doubles(5, 3).reduceRows(plus).getDouble(0)).isEqualTo(10);
    assertThat(doubles(5, 3).appendShape("x", -1).reduceRows(plus).getDouble(0)).isEqualTo(10);
  }

  @Test // TFR-18, TFR-46
  void reducesBlocksBesideOtherColumns() {
    assertThat(
            sql("SELECT * FROM VALUES ('1', 1.0D), ('2', 1.1D), ('3', 2.0D) AS t(k, x)")
                .reduceBlocks(TensorFrameTest::sum)
                .getDouble(0))
        .isCloseTo(4.1, within(1e-12));
    Row single = sql("SELECT 'k' AS k, 2.5D AS x").reduceBlocks(TensorFrameTest::sum);
    assertThat(single.schema().fieldNames()).containsExactly("x");
    assertThat(single.getDouble(0)).isEqualTo(2.5);
  }

  @Test // TFR-45
  void aSingleRowIsReducedToo() {
    Consumer<ProgramSketch> sumPlusOne =
        g ->
            g.output(
                "x",
                g.tf()
                    .math
                    .add(
                        g.tf().sum(g.column("x_input", TFloat64.class), g.tf().constant(0)),
                        g.tf().constant(1.0)));
    assertThat(sql("SELECT 2.5D AS x").reduceBlocks(sumPlusOne).getDouble(0)).isEqualTo(3.5);
    assertThat(
            sql("SELECT 1 AS k, 2.5D AS x")
                .groupBy("k")
                .aggregate(sumPlusOne)
                .rows()
                .first()
                .get(1))
        .isEqualTo(3.5);
  }

  @ParameterizedTest // TFR-48
  @ValueSource(ints = {1, 10, 11, 12, 1000})
  void aggregatesGroupsOfAnySize(int rows) {
    Dataset<Row> sums =
        TensorFrame.of(spark.range(0, 2L * rows, 1, 3).selectExpr("id % 2 AS k", "double(id) AS x"))
            .withBlockRows(11)
            .groupBy("k")
            .aggregate(TensorFrameTest::sum)
            .rows();
    double even = rows * (rows - 1.0);
    assertThat(sums.orderBy("k").collectAsList().stream().map(Row::toString))
        .containsExactly("[0," + even + "]", "[1," + (even + rows) + "]");
  }

  @Test // TFR-43
  void anEmptyFrameKeepsItsSchema() {
    TensorFrame empty = doubles(0, 1);
    assertThat(texts(empty.mapBlocks(TensorFrameTest::plusThree))).isEmpty();
    assertThat(empty.mapBlocks(TensorFrameTest::plusThree).rows().columns())
        .containsExactly("z", "x");
    assertThat(
            texts(
                TensorFrame.of(empty.rows().selectExpr("1 AS k", "x"))
                    .groupBy("k")
                    .aggregate(TensorFrameTest::sum)))
        .isEmpty();
  }

  @Test // TFR-22, TFR-21
  void takesRaggedRowsAndNestedCells() {
    TensorFrame ragged =
        sql("SELECT id, array_repeat(double(id), int(id % 4)) AS x FROM range(0, 40, 1, 2)");
    Consumer<ProgramSketch> twice =
        g -> {
          Operand<TFloat64> x = g.column("x", TFloat64.class);
          g.output("z", g.tf().math.add(x, x));
        };
    for (TensorFrame mapped : List.of(ragged.mapBlocks(twice), ragged.mapRows(twice))) {
      assertThat(mapped.rows().where("z = transform(x, e -> 2 * e)").count()).isEqualTo(40);
    }
  }

  @Test
  void takesVectorsTextsAndBytes() {
    TensorFrame vectors =
        TensorFrame.of(
            spark
                .range(5)
                .select(
                    org.apache
                        .spark
                        .ml
                        .functions
                        .array_to_vector(
                            org.apache.spark.sql.functions.expr("array(double(id), 2D)"))
                        .as("x")));
    assertThat(
            vectors
                .mapBlocks(
                    g ->
                        g.output(
                            "s", g.tf().sum(g.column("x", TFloat64.class), g.tf().constant(1))))
                .rows()
                .selectExpr("sum(s)")
                .first()
                .getDouble(0))
        .isEqualTo(20);
    assertThat(vectors.reduceBlocks(TensorFrameTest::sum).getList(0))
        .isEqualTo(List.of(10.0, 10.0));
    assertThat(vectors.groupBy().aggregate(TensorFrameTest::sum).rows().first().getList(0))
        .isEqualTo(List.of(10.0, 10.0));
    assertThat(
            sql("SELECT 'aé' AS t, binary('ab') AS b")
                .mapRows(
                    g -> {
                      g.output("u", g.tf().strings.upper(g.column("t", TString.class)));
                      g.output("n", g.tf().strings.stringLength(g.column("b", TString.class)));
                    })
                .mapBlocks(g -> g.output("c", g.column("u", TString.class)))
                .rows()
                .selectExpr("c", "u", "n", "t")
                .collectAsList()
                .toString())
        .isEqualTo("[[Aé,Aé,2,aé]]");
  }

  @Test // TFR-34 to TFR-38
  void saysAllThatDoesNotFit() {
    assertThatThrownBy(
            () ->
                doubles(1, 1)
                    .mapBlocks(g -> g.output("z", g.placeholder("nope", TFloat64.class, -1))))
        .hasMessageContaining("Input 'nope' float64[?] has no column 'nope'. The columns are [x]");
    assertThatThrownBy(
            () ->
                sql("SELECT 1.0D AS x, 1L AS k")
                    .mapBlocks(
                        g -> {
                          g.output("a", g.placeholder("x", TFloat32.class, -1));
                          g.output("b", g.placeholder("k", TInt32.class, -1));
                        }))
        .hasMessageContaining("Input 'k' int32[?] cannot read column 'k' of type bigint")
        .hasMessageContaining("Input 'x' float32[?] cannot read column 'x' of type double")
        .hasMessageContaining("withCast(\"x\")");
    TensorFrame pairs = sql("SELECT array(1.0D, 2.0D) AS x");
    Consumer<ProgramSketch> three = g -> g.output("z", g.placeholder("x", TFloat64.class, -1, 3));
    assertThatThrownBy(() -> pairs.analyze().mapBlocks(three))
        .hasMessageContaining(
            "Input 'x' float64[?, 3] does not fit column 'x', whose blocks have shape [?,2]");
    Consumer<ProgramSketch> two = g -> g.output("z", g.placeholder("x", TFloat64.class, -1, 2));
    assertThatThrownBy(() -> pairs.mapBlocks(two))
        .hasMessageContaining("shape [?,?]")
        .hasMessageContaining("call analyze(), or state its shape with appendShape(\"x\"");
    assertThat(texts(pairs.appendShape("x", -1, 2).mapBlocks(two))).hasSize(1);
    assertThatThrownBy(
            () -> doubles(1, 1).mapBlocks(g -> g.output("x", g.column("x", TFloat64.class))))
        .hasMessageContaining("Columns [x] exist already, among [x]");
    assertThatThrownBy(() -> doubles(1, 1).mapBlocks(g -> g.column("x", TInt64.class)))
        .hasMessageContaining("Column 'x' float64[?] is read as elements of int64");
  }

  @Test // TFR-39, TFR-40
  void saysWhatAReductionLacks() {
    TensorFrame two = sql("SELECT 1.0D AS x, 2.0D AS k");
    assertThatThrownBy(
            () ->
                two.reduceRows(
                    g ->
                        g.output(
                            "x",
                            g.tf()
                                .math
                                .add(
                                    g.column("x_1", TFloat64.class),
                                    g.placeholder("x_3", TFloat64.class)))))
        .hasMessageContaining("missing outputs [k]")
        .hasMessageContaining("extra inputs [x_3]")
        .hasMessageContaining("missing inputs [x_2]");
    assertThatThrownBy(
            () ->
                two.reduceBlocks(g -> g.output("y", g.placeholder("y_input", TFloat64.class, -1))))
        .hasMessageContaining("extra outputs [y], which are no columns");
    assertThatThrownBy(
            () -> two.reduceBlocks(g -> g.output("x", g.column("x_input", TFloat64.class))))
        .hasMessageContaining("is not shaped like one row of input 'x_input'");
  }

  @Test // TFR-47
  void rowsWithNullsAreErrorsOrLeftOutOrMarked() {
    TensorFrame holed = sql("SELECT if(id = 2, null, double(id)) AS x FROM range(0, 4, 1, 1)");
    assertThatThrownBy(() -> texts(holed.mapBlocks(TensorFrameTest::plusThree)))
        .hasStackTraceContaining("Column 'x' is null. It is row 2 of partition 0");
    assertThat(
            texts(holed.withBadRowPolicy(BadRowPolicy.DROP).mapBlocks(TensorFrameTest::plusThree)))
        .hasSize(3);
    assertThat(
            texts(holed.withBadRowPolicy(BadRowPolicy.MARK).mapBlocks(TensorFrameTest::plusThree))
                .get(2))
        .contains("null", "Column 'x' is null.");
    assertThatThrownBy(() -> holed.reduceBlocks(TensorFrameTest::sum))
        .hasStackTraceContaining("Column 'x' is null");
    assertThatThrownBy(
            () ->
                texts(
                    TensorFrame.of(holed.rows().selectExpr("1 AS k", "x"))
                        .groupBy("k")
                        .aggregate(TensorFrameTest::sum)))
        .hasStackTraceContaining("Column 'x' is null");
  }

  @Test
  void castsWhatItIsTold() {
    TensorProgram program =
        TensorProgram.of(g -> g.output("z", g.placeholder("x", TFloat32.class, -1))).withCast("x");
    assertThat(texts(sql("SELECT 7L AS x").mapBlocks(program))).containsExactly("[7.0,7]");
  }

  @Test
  void namesMayHoldAnything() {
    assertThat(
            texts(
                sql("SELECT 1.5D AS `a.b c`")
                    .mapBlocks(g -> g.output("d.e ü", g.column("a.b c", TFloat64.class)))))
        .containsExactly("[1.5,1.5]");
  }

  @Test
  void isUsedFromSql() {
    TensorFrame frame = doubles(6, 2);
    frame.registerFunction("plus_three", TensorProgram.of(TensorFrameTest::plusThree));
    frame.registerAggregation("total", TensorProgram.of(TensorFrameTest::sum));
    frame.rows().createOrReplaceTempView("numbers");
    assertThat(spark.sql("SELECT sum(plus_three(x)) FROM numbers").first().getDouble(0))
        .isEqualTo(33);
    assertThat(
            spark
                .sql("SELECT x % 2 AS k, total(x).x FROM numbers GROUP BY x % 2 ORDER BY k")
                .collectAsList()
                .stream()
                .map(Row::toString))
        .containsExactly("[0.0,6.0]", "[1.0,9.0]");
  }

  @Test
  void refusesProgramsThatDoMoreThanCompute() {
    assertThatThrownBy(
            () ->
                sql("SELECT 'a' AS t")
                    .mapRows(g -> g.output("z", g.tf().io.readFile(g.column("t", TString.class)))))
        .hasStackTraceContaining("ReadFile");
    assertThatThrownBy(() -> GraphProgram.of(g -> g.placeholder("x", TFloat64.class, -1)))
        .hasMessageContaining("gives nothing");
  }
}
