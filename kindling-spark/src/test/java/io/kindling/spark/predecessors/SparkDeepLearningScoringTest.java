package io.kindling.spark.predecessors;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.predict.Predictor;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import io.kindling.spark.Kindling;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.predict.Graphs;
import io.kindling.spark.stage.ModelTransformer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What users of spark-deep-learning scored, numbers SDL-11 to 15, 20 and 26 to 28. Its graphs took
 * one block of an array column at a time, as ours do: the first dimension counts rows.
 */
class SparkDeepLearningScoringTest {

  private static final String TAG = "serving_tag";
  private static final String SIGNATURE = "prediction_signature";
  private static final String INPUT = "well_known_input_sig";
  private static final String OUTPUT = "well_known_output_sig";

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  /** How a graph that takes the largest of each row comes along. */
  private enum Form {
    FROZEN(false, false),
    FROZEN_WITH_ONES(false, false),
    SAVED_MODEL_BY_SIGNATURE(true, false),
    SAVED_MODEL_BY_TENSORS(false, false),
    SAVED_MODEL_WITH_A_VARIABLE_BY_SIGNATURE(true, true),
    SAVED_MODEL_WITH_A_VARIABLE_BY_TENSORS(false, true),
    CHECKPOINT_BY_SIGNATURE(true, true),
    CHECKPOINT_BY_TENSORS(false, true);

    private final boolean hasSignature;
    private final boolean hasVariable;

    Form(boolean hasSignature, boolean hasVariable) {
      this.hasSignature = hasSignature;
      this.hasVariable = hasVariable;
    }
  }

  private Path write(Form form) throws IOException {
    Graphs graph = Graphs.begin().input("x", DataType.DT_INT32, -1, 3);
    if (form == Form.FROZEN_WITH_ONES) {
      graph.integers("w", 1, 1, 1);
    } else if (form.hasVariable) {
      graph.variable("w", 1, 1, 1).node("w/read", "Identity", "T", DataType.DT_INT32, "w");
    }
    if (form == Form.FROZEN_WITH_ONES || form.hasVariable) {
      String ones = form.hasVariable ? "w/read" : "w";
      graph.node("product", "Mul", "T", DataType.DT_INT32, "x", ones);
    }
    boolean isPlain = !form.hasVariable && form != Form.FROZEN_WITH_ONES;
    graph.largest("z", DataType.DT_INT32, isPlain ? "x" : "product");
    if (form.name().startsWith("FROZEN")) {
      return Path.of(URI.create(graph.write(folder)));
    }
    Path saved = savedModel(graph.definition(), form);
    return form.name().startsWith("SAVED") ? saved : checkpoint(saved);
  }

  private Path savedModel(GraphDef graph, Form form) throws IOException {
    Path saved = folder.resolve("saved");
    MetaGraphDef.Builder meta = MetaGraphDef.newBuilder().setGraphDef(graph);
    if (form.hasVariable) {
      meta = exported(graph, saved).toBuilder();
    }
    meta.clearSignatureDef();
    meta.getMetaInfoDefBuilder().clearTags().addTags(TAG);
    if (form.hasSignature) {
      meta.putSignatureDef(
          SIGNATURE,
          SignatureDef.newBuilder()
              .putInputs(INPUT, info("x:0", -1, 3))
              .putOutputs(OUTPUT, info("z:0", -1))
              .build());
    }
    Files.createDirectories(saved);
    Files.write(
        saved.resolve("saved_model.pb"),
        SavedModel.newBuilder()
            .setSavedModelSchemaVersion(1)
            .addMetaGraphs(meta)
            .build()
            .toByteArray());
    return saved;
  }

  private static TensorInfo info(String tensor, long... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dimension : dimensions) {
      shape.addDimBuilder().setSize(dimension);
    }
    return TensorInfo.newBuilder()
        .setName(tensor)
        .setDtype(DataType.DT_INT32)
        .setTensorShape(shape)
        .build();
  }

  /** Has TensorFlow write the variable's values and what restores them. */
  private static MetaGraphDef exported(GraphDef definition, Path saved) throws IOException {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(definition);
      try (Session session = new Session(graph)) {
        session.runner().addTarget("w/assign").run().close();
        SavedModelBundle.exporter(saved.toString())
            .withSession(session)
            .withSignature(
                Signature.builder("any")
                    .input("x", graph.outputOrThrow("x:0"))
                    .output("z", graph.outputOrThrow("z:0"))
                    .build())
            .export();
      }
    }
    return SavedModel.parseFrom(Files.readAllBytes(saved.resolve("saved_model.pb")))
        .getMetaGraphs(0);
  }

  private Path checkpoint(Path saved) throws IOException {
    MetaGraphDef meta =
        SavedModel.parseFrom(Files.readAllBytes(saved.resolve("saved_model.pb"))).getMetaGraphs(0);
    Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
    Files.write(checkpoint.resolve("model-0.meta"), meta.toByteArray());
    for (String ending : List.of(".index", ".data-00000-of-00001")) {
      Files.copy(
          saved.resolve("variables/variables" + ending), checkpoint.resolve("model-0" + ending));
    }
    return checkpoint;
  }

  private static ModelTransformer transformer(Path model, Form form) {
    ModelTransformer transformer = new ModelTransformer().setModel(model.toString()).setTags(TAG);
    return form.hasSignature
        ? transformer
            .setSignature(SIGNATURE)
            .setInput("inputCol", INPUT)
            .setOutput(OUTPUT, "outputCol")
        : transformer.setGraphOutputs("z:0").setInput("inputCol", "x").setOutput("z", "outputCol");
  }

  // SDL-11
  @ParameterizedTest
  @EnumSource(Form.class)
  void theLargestOfOneTwoThreeIsThree(Form form) throws IOException {
    Dataset<Row> scored =
        transformer(write(form), form).transform(spark.sql("SELECT array(1, 2, 3) AS inputCol"));

    assertThat(scored.first().getInt(1)).isEqualTo(3);
  }

  // SDL-12
  @Test
  void theLargestDifferenceOfTwoInputsIsOne() {
    String model =
        Graphs.begin()
            .input("x", DataType.DT_INT32, -1, 3)
            .input("y", DataType.DT_INT32, -1, 3)
            .node("difference", "Sub", "T", DataType.DT_INT32, "x", "y")
            .largest("z", DataType.DT_INT32, "difference")
            .write(folder);

    assertThat(
            new ModelTransformer()
                .setModel(model)
                .transform(spark.sql("SELECT array(1, 2, 3) AS x, array(2, 2, 2) AS y"))
                .first()
                .getInt(2))
        .isEqualTo(1);
  }

  /** SDL-13: names of a signature stand for the tensors behind them, which nobody has to know. */
  @Test
  void aSignatureNamesTensors() throws IOException {
    Form form = Form.SAVED_MODEL_WITH_A_VARIABLE_BY_SIGNATURE;
    ModelTransformer transformer = transformer(write(form), form);

    assertThat(transformer.describe().signature(SIGNATURE).input(INPUT))
        .isEqualTo(TensorType.of(INPUT, ValueType.INT32, -1, 3));
    assertThat(transformer.describe().signature(SIGNATURE).output(OUTPUT).name()).isEqualTo(OUTPUT);
    assertThat(transformer.transformSchema(new StructType().add("inputCol", "array<int>")))
        .isEqualTo(
            new StructType()
                .add("inputCol", "array<int>")
                .add("outputCol", DataTypes.IntegerType, false));
    assertThatThrownBy(
            () ->
                transformer
                    .setSignature("another")
                    .transformSchema(new StructType().add("inputCol", "array<int>")))
        .hasMessage("The model has no signature 'another'. It has [" + SIGNATURE + "].");
  }

  // SDL-14
  @ParameterizedTest
  @CsvSource({"DT_INT32, int", "DT_INT64, bigint", "DT_FLOAT, float", "DT_DOUBLE, double"})
  void theLargestOfThreeOfEachType(DataType type, String column) {
    Random random = new Random(997);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      double[] values =
          IntStream.range(0, 3).mapToDouble(each -> random.nextGaussian() * 100).toArray();
      rows.add(RowFactory.create((Object) values));
    }
    Dataset<Row> table =
        spark
            .createDataFrame(rows, new StructType().add("values", "array<double>"))
            .select(col("values").cast("array<" + column + ">").as("x"));
    String model = Graphs.begin().input("x", type, -1, 3).largest("z", type, "x").write(folder);

    Dataset<Row> scored = new ModelTransformer().setModel(model).transform(table);

    assertThat(scored.where("z = array_max(x)").count()).isEqualTo(100);
    assertThat(scored.schema().apply("z").dataType().catalogString()).isEqualTo(column);
  }

  /** SDL-15, with a file that Keras wrote and what it makes of the rows. */
  @Test
  void aKerasFileScoresAsKerasDoes() throws Exception {
    JsonNode recorded = new ObjectMapper().readTree(resource("dense.json").toFile());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < recorded.get("rows").size(); i++) {
      float[] row = new float[10];
      for (int j = 0; j < row.length; j++) {
        row[j] = recorded.get("rows").get(i).get(j).floatValue();
      }
      rows.add(RowFactory.create((long) i, row));
    }
    Dataset<Row> table =
        spark.createDataFrame(rows, new StructType().add("id", "bigint").add("in", "array<float>"));

    Dataset<Row> scored =
        new ModelTransformer().setModel(resource("dense.h5").toString()).transform(table);

    assertThat(scored.columns()).containsExactly("id", "in", "out");
    assertThat(rows).hasSize(20);
    for (Row row : scored.collectAsList()) {
      double expected = recorded.get("predictions").get((int) row.getLong(0)).doubleValue();
      assertThat((double) row.<Float>getList(2).get(0)).isCloseTo(expected, within(1e-5));
    }
  }

  private static Path resource(String name) throws Exception {
    return Path.of(SparkDeepLearningScoringTest.class.getResource("/predecessors/" + name).toURI());
  }

  /**
   * SDL-20. Mappings were dictionaries of Python, so that anything could be given for one; here
   * they are pairs of strings by type, and one that comes as a param's text is refused where it is
   * none. Tensors are named by a signature; {@code :0} goes without saying.
   */
  @Test
  void columnsAndTensorsAreMappedByName() {
    String model =
        Graphs.begin()
            .input("tnsrOpA", DataType.DT_FLOAT, -1)
            .input("tnsrOpB", DataType.DT_FLOAT, -1)
            .node("sum", "AddV2", "T", DataType.DT_FLOAT, "tnsrOpA", "tnsrOpB")
            .write(folder);
    ModelTransformer transformer =
        new ModelTransformer()
            .setModel(model)
            .setGraphOutputs("sum:0")
            .setInput("colA", "tnsrOpA")
            .setInput("colB", "tnsrOpB");
    Dataset<Row> table = spark.sql("SELECT 1f AS colA, 2f AS colB");

    assertThat(transformer.getOrDefault(transformer.inputs()))
        .isEqualTo("{\"tnsrOpA\":\"colA\",\"tnsrOpB\":\"colB\"}");
    assertThat(transformer.transform(table).where("sum = 3").count()).isEqualTo(1);
    assertThat(
            transformer
                .copy(new ParamMap())
                .setGraphOutputs("sum")
                .transform(table)
                .where("sum = 3")
                .count())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[\"colA\", \"colB\"]", "[[\"colA\", \"x\"]]", "\"colA\"", "{\"x\": [\"colA\"]}"})
  void whatIsNoMappingIsRefused(String text) {
    ModelTransformer transformer =
        new ModelTransformer().setModel(Graphs.identity(DataType.DT_FLOAT, -1).write(folder));
    transformer.set(transformer.inputs(), text);

    assertThatThrownBy(() -> transformer.transformSchema(new StructType().add("x", "float")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Invalid columns " + text + ".");
  }

  private String plus(float number) {
    return Graphs.begin()
        .input("x", DataType.DT_FLOAT, -1)
        .constant("number", number)
        .node("z", "AddV2", "T", DataType.DT_FLOAT, "x", "number")
        .write(folder);
  }

  /** SDL-26: rows where other values decide on the call, blocks where none does. */
  @Test
  void aModelIsAFunctionOfRowsAndOfBlocks() {
    Kindling.registerFunction(spark, "plus_three", plus(3));
    Kindling.registerFunction(spark, "plus_two", plus(2));
    spark.range(5).createOrReplaceTempView("five");

    List<Row> blocks = spark.sql("SELECT plus_three(id) AS z FROM five").collectAsList();
    List<Row> rows =
        spark
            .sql("SELECT CASE WHEN id >= 0 THEN plus_three(id) END AS z FROM five")
            .collectAsList();

    assertThat(blocks).hasSize(5).isEqualTo(rows);
    assertThat(blocks.get(0).getFloat(0)).isEqualTo(3);
    assertThat(
            spark
                .range(1, 101)
                .selectExpr("id AS a", "plus_two(id) AS z")
                .where("z = a + 2")
                .count())
        .isEqualTo(100);
  }

  /** SDL-26: one call in another, the stages of a pipeline, and the table that was made before. */
  @Test
  void functionsOfFunctionsAreTheStagesOfAPipeline() throws Exception {
    String two = plus(2);
    String three = plus(3);
    Kindling.registerFunction(spark, "plus_two", two);
    Kindling.registerFunction(spark, "plus_three", three);
    Dataset<Row> table = spark.range(100).selectExpr("id", "cast(id AS float) AS x");
    Dataset<Row> staged =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new ModelTransformer().setModel(two).setOutput("z", "between"),
                  new ModelTransformer()
                      .setModel(three)
                      .setInput("between", "x")
                      .setOutput("z", "after")
                })
            .fit(table)
            .transform(table);
    String before = folder.resolve("before").toString();
    staged.write().parquet(before);

    Dataset<Row> nested = table.selectExpr("id", "plus_three(plus_two(x)) AS called");

    assertThat(
            nested
                .join(staged.select("id", "after"), "id")
                .join(spark.read().parquet(before).selectExpr("id", "after AS stored"), "id")
                .where("called = after AND after = stored AND called = id + 5")
                .count())
        .isEqualTo(100);
  }

  // SDL-27
  @Test
  void additionAndDoublingComposeInSql() {
    Kindling.registerFunction(
        spark,
        "added",
        Graphs.begin()
            .input("a", DataType.DT_INT32, -1)
            .input("b", DataType.DT_INT32, -1)
            .node("sum", "AddV2", "T", DataType.DT_INT32, "a", "b")
            .write(folder));
    Kindling.registerFunction(
        spark,
        "doubled",
        Graphs.begin()
            .input("x", DataType.DT_INT32, -1)
            .integers("two", 2)
            .node("z", "Mul", "T", DataType.DT_INT32, "x", "two")
            .write(folder));

    assertThat(
            spark
                .sql("SELECT doubled(added(a, b)) FROM VALUES (1, 1), (2, 2) AS t(a, b)")
                .collectAsList()
                .stream()
                .map(row -> row.getInt(0)))
        .containsExactly(4, 8);
  }

  /** SDL-28: what a table's rows give is what the graph gives when it is run by itself. */
  @Test
  void aGraphGivesInATableWhatItGivesAlone() throws IOException {
    String model = plus(3);
    float number = (float) 2702.142857;
    float alone;
    try (Predictor predictor = Predictor.load(Path.of(URI.create(model)))) {
      TensorValue x = TensorValue.ofFloats(new float[] {number}, 1);
      alone = predictor.predict(Map.of("x", x)).get("z").floats()[0];
    }

    assertThat(alone).isEqualTo(number + 3);
    assertThat(
            new ModelTransformer()
                .setModel(model)
                .transform(spark.sql("SELECT cast(2702.142857 AS float) AS x"))
                .first()
                .getFloat(1))
        .isEqualTo(alone);
  }

  /** SDL-28: a graph that is saved with its stage is the graph that was read, byte for byte. */
  @Test
  void savingKeepsTheGraphAndItsNames() throws Exception {
    Path model = Path.of(URI.create(plus(3)));
    ModelTransformer transformer = new ModelTransformer().setModel(model.toString());
    Path saved = folder.resolve("stage");
    transformer.write().save(saved.toString());

    assertThat(saved.resolve("model").resolve(model.getFileName())).hasSameBinaryContentAs(model);
    assertThat(ModelTransformer.load(saved.toString()).describe())
        .isEqualTo(transformer.describe());
  }

  /** SDL-28: matrices of any size go through as they are, deep and flat. */
  @Test
  void matricesOfAnySizeGoThroughExactly() {
    String model = Graphs.identity(DataType.DT_FLOAT, -1, -1, -1).write(folder);
    Random random = new Random(28);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      float[][] matrix = new float[10 + random.nextInt(991)][10 + random.nextInt(991)];
      for (float[] each : matrix) {
        for (int j = 0; j < each.length; j++) {
          each[j] = (float) random.nextGaussian();
        }
      }
      rows.add(RowFactory.create((Object) matrix));
    }
    Dataset<Row> table =
        spark.createDataFrame(rows, new StructType().add("x", "array<array<float>>"));

    assertThat(new ModelTransformer().setModel(model).transform(table).where("x = y").count())
        .isEqualTo(4);
  }

  /** SDL-28: {@code op:k} is the k-th output of an operation, {@code op} the first. */
  @Test
  void tensorsAreNamedByOperationAndNumber() {
    String model =
        Graphs.begin().input("x", DataType.DT_FLOAT, -1, 18).split("part", 18, "x").write(folder);
    int[] parts = {0, 1, 2, 3, 5, 8, 15, 17};
    Dataset<Row> table = spark.sql("SELECT transform(sequence(0, 17), i -> cast(i AS float)) AS x");

    Row scored =
        new ModelTransformer()
            .setModel(model)
            .setGraphOutputs(Arrays.stream(parts).mapToObj(k -> "part:" + k).toArray(String[]::new))
            .transform(table)
            .first();

    for (int k : parts) {
      List<Float> part = scored.getList(scored.fieldIndex(k == 0 ? "part" : "part:" + k));
      assertThat(part).containsExactly((float) k);
    }
  }

  /** SDL-28: what the graph does not have, and what is no graph, is refused by its name. */
  @Test
  void whatIsOfNoGraphIsRefused() throws IOException {
    StructType schema = new StructType().add("x", "float");
    assertThatThrownBy(
            () ->
                new ModelTransformer()
                    .setModel(plus(3))
                    .setGraphOutputs("another:0")
                    .transformSchema(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("another");
    Path text = Files.writeString(folder.resolve("graph.pb"), "no graph");
    assertThatThrownBy(
            () -> new ModelTransformer().setModel(text.toString()).transformSchema(schema))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the file is no such graph");
  }
}
