package io.kindling.spark.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.predict.LoadOptions;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.Models;
import io.kindling.predict.Predictor;
import io.kindling.predict.PredictorOptions;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import io.kindling.spark.Kindling;
import io.kindling.spark.job.Executors;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.stage.ModelTransformer;
import io.kindling.testing.GoldenModel;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Every shared model, of TensorFlow, ONNX and Keras: rows of a table, of a stream, and of a {@link
 * Predictor}'s call have the same bits where they are computed in the same block, and what is
 * recorded of the model. One row alone may take other kernels, and equals them to 1e-5.
 */
@NeedsShared
class EveryModelTest {

  private static final double ALONE = 1e-5;

  /** Outputs that mix rows, or an input that is one number for all: a row of a table is a call. */
  private static final Set<String> CALLED_WHOLE =
      Set.of("math_mul_order", "transpose", "tf-frozen/lstm_frozen.pb");

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  /**
   * A model and what it is to score.
   *
   * @param hasRowAxis whether the inputs are rows, and not all of them one
   * @param inputs the rows of one block
   * @param outputs in order
   * @param golden what is recorded of these inputs
   */
  private record Example(
      Path path,
      LoadOptions options,
      ModelSignature signature,
      boolean hasRowAxis,
      Map<String, TensorValue> inputs,
      List<String> outputs,
      Optional<GoldenModel> golden) {

    int rows() {
      return hasRowAxis ? (int) inputs.values().iterator().next().rowCount() : 1;
    }

    /** Whether it is what SQL calls. */
    boolean isDefault() {
      return signature.name().equals(ModelSignature.DEFAULT) && options.outputs().isEmpty();
    }
  }

  static Stream<String> models() throws IOException {
    if (!SharedData.isPresent()) {
      return Stream.of("absent");
    }
    List<String> names = new ArrayList<>();
    for (String each : names("models/golden", ".json")) {
      if (!each.startsWith("woofalytics")) {
        names.add("golden " + each);
      }
    }
    for (String each : names("models/tf-graphs-recorded", "")) {
      // Two have no inputs: there is nothing of rows that they could score.
      if (!each.equals("concat") && !each.equals("simple_cond")) {
        names.add("graph " + each);
      }
    }
    for (String folder : List.of("tf-frozen", "onnx/light", "onnx/recorded/keras_tf2_example")) {
      for (String file : names("models/" + folder, "")) {
        if (file.endsWith("frozen.pb") || file.endsWith(".onnx")) {
          names.add("file " + folder + "/" + file);
        }
      }
    }
    for (String file : names("models/keras-recorded", ".h5")) {
      if (!file.endsWith("_outputs")) {
        names.add("file keras-recorded/" + file + ".h5");
      }
    }
    return names.stream();
  }

  private static List<String> names(String folder, String ending) throws IOException {
    try (Stream<Path> files = Files.list(SharedData.path(folder))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .map(name -> name.substring(0, name.length() - ending.length()))
          .sorted()
          .toList();
    }
  }

  private Example example(String kind, String name) throws IOException {
    LoadOptions options =
        LoadOptions.defaults().withThreads(Executors.mostCores(spark.sparkContext()));
    if (kind.equals("golden")) {
      GoldenModel golden = GoldenModel.of(name);
      ModelSignature signature =
          Models.describe(golden.path(), options).signature(golden.signature());
      return new Example(
          golden.path(),
          options,
          signature,
          true,
          golden.inputs(signature),
          golden.outputNames(signature),
          Optional.of(golden));
    }
    boolean isGraph = kind.equals("graph");
    if (isGraph) {
      options = options.withOutputs("output");
    }
    Path folder = SharedData.path("models/" + (isGraph ? "tf-graphs-recorded/" : "") + name);
    Path path = isGraph ? folder.resolve("frozen_model.pb") : folder;
    ModelSignature signature = Models.describe(path, options).defaultSignature();
    Map<String, TensorValue> inputs = new LinkedHashMap<>();
    for (TensorType input : signature.inputs()) {
      long[] shape = isGraph ? recordedShape(folder, input) : shape(input);
      inputs.put(input.name(), value(input.type(), shape));
    }
    return new Example(
        path,
        options,
        signature,
        !CALLED_WHOLE.contains(name),
        inputs,
        signature.outputNames(),
        Optional.empty());
  }

  private static long[] recordedShape(Path folder, TensorType input) throws IOException {
    String text = Files.readString(folder.resolve(input.name() + ".placeholder.shape"));
    return Arrays.stream(text.strip().split("[\\s,]+", -1)).mapToLong(Long::parseLong).toArray();
  }

  /** Three where any size fits; a single number where nothing is known. */
  private static long[] shape(TensorType input) {
    return input.dimensions().orElse(List.of()).stream()
        .mapToLong(size -> size == TensorType.FREE ? 3 : size)
        .toArray();
  }

  private static TensorValue value(ValueType type, long[] shape) {
    int size = (int) TensorValue.elements(shape);
    double[] values =
        IntStream.range(0, size).mapToDouble(i -> (i * 37L % 101 + 1) / 101.0).toArray();
    if (shape.length == 0) {
      values[0] = 1; // the share that a dropout keeps
    }
    if (type == ValueType.FLOAT64) {
      return TensorValue.ofDoubles(values, shape);
    }
    assertThat(type).isEqualTo(ValueType.FLOAT32);
    float[] floats = new float[size];
    for (int i = 0; i < size; i++) {
      floats[i] = (float) values[i];
    }
    return TensorValue.ofFloats(floats, shape);
  }

  @ParameterizedTest
  @MethodSource("models")
  void scoresAlikeEverywhere(String model) throws Exception {
    String name = model.substring(model.indexOf(' ') + 1);
    Example example = example(model.substring(0, model.indexOf(' ')), name);
    Map<String, TensorValue> predicted = predicted(example);
    if (example.golden().isPresent()) {
      example.golden().get().assertScored(predicted.values());
    }
    List<List<Object>> expected = new ArrayList<>();
    predicted.values().forEach(value -> expected.add(elements(value)));

    Dataset<Row> table = table(example);
    assertThat(elements(transformer(example).transform(table), example))
        .as("batch")
        .isEqualTo(expected);
    assertThat(elements(streamed(example, table), example)).as("stream").isEqualTo(expected);
    if (example.hasRowAxis()) {
      assertClose(elements(alone(example, table), example), expected);
    }
  }

  private static Map<String, TensorValue> predicted(Example example) throws IOException {
    try (Predictor predictor =
        Predictor.load(example.path(), example.options(), PredictorOptions.defaults())) {
      return predictor.predict(example.signature().name(), example.inputs(), example.outputs());
    }
  }

  private static ModelTransformer transformer(Example example) {
    ModelTransformer transformer =
        new ModelTransformer()
            .setModel(example.path().toString())
            .setRowAxis(example.hasRowAxis())
            .setSignature(example.signature().name());
    if (!example.options().outputs().isEmpty()) {
      transformer.setGraphOutputs(example.options().outputs().toArray(String[]::new));
    }
    for (int i = 0; i < example.outputs().size(); i++) {
      transformer.setOutput(example.outputs().get(i), "made" + i);
    }
    return transformer;
  }

  /** The rows in one partition, inputs as columns of arrays as deep as their rows. */
  private Dataset<Row> table(Example example) {
    StructType schema = new StructType().add("id", DataTypes.IntegerType, false);
    for (Map.Entry<String, TensorValue> input : example.inputs().entrySet()) {
      DataType type = leaf(input.getValue().type());
      for (int i = example.hasRowAxis() ? 1 : 0; i < input.getValue().rank(); i++) {
        type = DataTypes.createArrayType(type, false);
      }
      schema = schema.add(input.getKey(), type, false);
    }
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < example.rows(); row++) {
      List<Object> values = new ArrayList<>(List.of(row));
      for (TensorValue input : example.inputs().values()) {
        values.add(
            example.hasRowAxis()
                ? nested(element(input.rows(row, 1)), rowShape(input), 0, 0)
                : nested(element(input), input.shape(), 0, 0));
      }
      rows.add(RowFactory.create(values.toArray()));
    }
    return spark.createDataFrame(rows, schema).coalesce(1);
  }

  private static DataType leaf(ValueType type) {
    return type == ValueType.STRING ? DataTypes.BinaryType : Elements.typeOf(type);
  }

  private static long[] rowShape(TensorValue rows) {
    return Arrays.copyOfRange(rows.shape(), 1, rows.rank());
  }

  /** As Spark takes it from outside. */
  private static Object nested(IntFunction<Object> elements, long[] shape, int axis, int from) {
    if (axis == shape.length) {
      return elements.apply(from);
    }
    int each = (int) TensorValue.elements(Arrays.copyOfRange(shape, axis + 1, shape.length));
    return IntStream.range(0, (int) shape[axis])
        .mapToObj(i -> nested(elements, shape, axis + 1, from + i * each))
        .toList();
  }

  private static IntFunction<Object> element(TensorValue value) {
    switch (value.type()) {
      case FLOAT32 -> {
        float[] floats = value.floats();
        return i -> floats[i];
      }
      case FLOAT64 -> {
        double[] doubles = value.doubles();
        return i -> doubles[i];
      }
      case INT64 -> {
        long[] longs = value.longs();
        return i -> longs[i];
      }
      case STRING -> {
        List<byte[]> strings = value.binaries();
        return strings::get;
      }
      default -> throw new AssertionError("No shared model has " + value.type());
    }
  }

  private static List<Object> elements(TensorValue value) {
    return IntStream.range(0, value.size()).mapToObj(element(value)).collect(Collectors.toList());
  }

  /** The elements of all rows, by output. */
  private static List<List<Object>> elements(Dataset<Row> scored, Example example) {
    List<Row> rows = scored.collectAsList();
    assertThat(rows.stream().map(row -> row.getInt(0)))
        .containsExactlyElementsOf(IntStream.range(0, example.rows()).boxed().toList());
    List<List<Object>> all = new ArrayList<>();
    for (int i = 0; i < example.outputs().size(); i++) {
      List<Object> elements = new ArrayList<>();
      for (Row row : rows) {
        flatten(row.getAs("made" + i), elements);
      }
      all.add(elements);
    }
    return all;
  }

  private static void flatten(Object nested, List<Object> into) {
    if (nested instanceof scala.collection.Seq<?> many) {
      CollectionConverters.asJava(many).forEach(each -> flatten(each, into));
    } else {
      into.add(nested);
    }
  }

  private Dataset<Row> streamed(Example example, Dataset<Row> table) throws Exception {
    String arriving = folder.resolve("arriving").toString();
    table.write().parquet(arriving);
    StreamingQuery query =
        transformer(example)
            .transform(spark.readStream().schema(table.schema()).parquet(arriving))
            .writeStream()
            .format("memory")
            .queryName("every_model")
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(120_000)).isTrue();
    return spark.table("every_model");
  }

  /** Each row by itself: with SQL where the signature is the one that SQL calls. */
  private Dataset<Row> alone(Example example, Dataset<Row> table) {
    if (!example.isDefault()) {
      return transformer(example).setBatchRows(1).transform(table);
    }
    Kindling.registerFunction(spark, "every_model", example.path().toString());
    String call =
        example.signature().inputs().stream()
            .map(input -> "`" + input.name() + "`")
            .collect(Collectors.joining(", ", "CASE WHEN id >= 0 THEN every_model(", ") END"));
    Dataset<Row> called = table.selectExpr("id", call + " AS made0");
    if (example.signature().outputs().size() == 1) {
      return called;
    }
    List<String> columns = new ArrayList<>(List.of("id"));
    for (int i = 0; i < example.outputs().size(); i++) {
      columns.add("made0.`" + example.outputs().get(i) + "` AS made" + i);
    }
    return called.selectExpr(columns.toArray(String[]::new));
  }

  private static void assertClose(List<List<Object>> made, List<List<Object>> expected) {
    for (int output = 0; output < expected.size(); output++) {
      assertThat(made.get(output)).hasSameSizeAs(expected.get(output));
      for (int i = 0; i < expected.get(output).size(); i++) {
        double value = ((Number) expected.get(output).get(i)).doubleValue();
        assertThat(((Number) made.get(output).get(i)).doubleValue())
            .as("alone, output %d, element %d", output, i)
            .isCloseTo(value, within(ALONE * Math.max(1, Math.abs(value))));
      }
    }
  }
}
