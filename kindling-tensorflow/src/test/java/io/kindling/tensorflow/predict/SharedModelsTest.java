package io.kindling.tensorflow.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.Models;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import io.kindling.testing.GoldenModel;
import io.kindling.testing.NativeMemory;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;

/** Every shared model of TensorFlow's describes itself and scores what is recorded of it. */
@NeedsShared
class SharedModelsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "half_plus_two_tf1",
        "half_plus_two_tf1__regress_x2_to_y3",
        "half_plus_two_tf1__regress_x_to_y",
        "half_plus_two_tf2",
        "half_plus_two_tf2__regress_x_to_y",
        "half_plus_three_tf1",
        "kws_ds_cnn_tf2",
        "cifar10_tf1"
      })
  void scoresASavedModel(String name) throws IOException {
    GoldenModel golden = GoldenModel.of(name);
    ModelDescription description = Models.describe(golden.path());
    assertThat(description.format()).isEqualTo("TensorFlow SavedModel");
    assertThat(description.isAcceptable()).as(description.toString()).isTrue();
    description.signature(golden.signature()).requireInputs(golden.inputs());
    try (LoadedModel model = Models.load(golden.path())) {
      golden.assertScoredBy(model);
      assertThat(model.description()).isEqualTo(description);
      assertThat(((TensorFlowModel) model).graph().memory().tensors()).isZero();
    }
  }

  static Stream<String> recordedGraphs() throws IOException {
    if (!SharedData.isPresent()) {
      return Stream.of("absent");
    }
    try (Stream<Path> folders = Files.list(SharedData.path("models/tf-graphs-recorded"))) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("recordedGraphs")
  void scoresAFrozenGraph(String name) throws IOException {
    Path folder = SharedData.path("models/tf-graphs-recorded/" + name);
    LoadOptions options = LoadOptions.defaults().withOutputs("output");
    try (LoadedModel model = Models.load(folder.resolve("frozen_model.pb"), options)) {
      ModelSignature signature = model.description().defaultSignature();
      Map<String, TensorValue> inputs = new LinkedHashMap<>();
      for (TensorType input : signature.inputs()) {
        inputs.put(
            input.name(), recorded(folder.resolve(input.name() + ".placeholder"), input.type()));
      }
      TensorValue output = model.run(signature.name(), inputs, List.of("output")).get("output");
      TensorValue expected = recorded(folder.resolve("output.prediction"), ValueType.FLOAT32);
      assertThat(output.shape()).isEqualTo(expected.shape());
      GoldenModel.assertClose(name, floats(output), expected.floats());
    }
  }

  private static float[] floats(TensorValue value) {
    if (value.type() == ValueType.FLOAT32) {
      return value.floats();
    }
    double[] doubles = value.doubles();
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  private static TensorValue recorded(Path stem, ValueType type) throws IOException {
    long[] shape = numbers(stem + ".shape").mapToLong(Double::longValue).toArray();
    double[] values = numbers(stem + ".csv").mapToDouble(Double::doubleValue).toArray();
    if (type == ValueType.FLOAT64) {
      return TensorValue.ofDoubles(values, shape);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return TensorValue.ofFloats(floats, shape);
  }

  private static Stream<Double> numbers(String file) throws IOException {
    return Files.readString(Path.of(file))
        .lines()
        .flatMap(line -> Stream.of(line.split("[, ]", -1)))
        .filter(text -> !text.isBlank())
        .map(Double::parseDouble);
  }

  /** Nothing is recorded of these: TensorFlow-Java's own session says what is right. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          cifar10_frozen | 'Input' float32[?, 32, 32, 3]
          lstm_frozen    | 'X' float32[?, 784]
          """)
  void describesAndScoresALargerFrozenGraph(String name, String input) throws IOException {
    Path file = SharedData.path("models/tf-frozen/" + name + ".pb");
    try (LoadedModel model = Models.load(file)) {
      ModelSignature signature = model.description().defaultSignature();
      assertThat(signature.inputs().get(0)).hasToString(input);
      Map<String, TensorValue> inputs = new LinkedHashMap<>();
      for (TensorType type : signature.inputs()) {
        long[] shape =
            type.dimensions()
                .map(List::stream)
                .orElse(Stream.of())
                .mapToLong(size -> size < 0 ? 2 : size)
                .toArray();
        float[] values = new float[(int) TensorValue.elements(shape)];
        java.util.Arrays.fill(values, 1);
        inputs.put(type.name(), TensorValue.ofFloats(values, shape));
      }
      Map<String, TensorValue> outputs =
          model.run(signature.name(), inputs, signature.outputNames());
      assertThat(outputs.values())
          .isNotEmpty()
          .allSatisfy(
              value -> {
                assertThat(value.rowCount()).isEqualTo(2);
                assertThat(value.floats()).doesNotContain(Float.NaN);
              });
      reference(file, inputs, signature.outputNames())
          .forEach(
              (output, expected) ->
                  GoldenModel.assertClose(output, outputs.get(output).floats(), expected));
    }
  }

  @Test
  void listsSignaturesAndWhatIsLeftOut() throws IOException {
    ModelDescription description =
        Models.describe(SharedData.path("models/savedmodel/half_plus_two_tf1"));
    assertThat(description.signatures().stream().map(ModelSignature::name))
        .containsExactly(
            "classify_x_to_y",
            "regress_x2_to_y3",
            "regress_x_to_y",
            "regress_x_to_y2",
            "serving_default");
    assertThat(description.toString())
        .contains("'serving_default': ['x' float32[?, 1]] → ['y' float32[?, 1]]")
        .contains("operations that no output needs are left out")
        .contains("1 SaveV2");
    assertThat(description.operations()).containsKey("RestoreV2").doesNotContainKey("SaveV2");
  }

  @Test
  void takesTheOnlyGraphWhateverItsTags() throws IOException {
    Path path = SharedData.path("models/savedmodel/half_plus_two_tf2");
    try (LoadedModel model = Models.load(path, LoadOptions.defaults().withTags("other"))) {
      assertThat(model.description().signatures()).hasSize(6);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "torchscript/woofalytics_traced.pt, TorchScript",
    "torchscript/woofalytics_scripted.pt, TorchScript",
    "torch7/n02110063_11239.t7, Torch7",
    "caffe/RFB-320.caffemodel, Caffe"
  })
  void refusesFilesOfOthersSayingHowToConvertThem(String file, String format) {
    assertThatThrownBy(() -> Models.load(SharedData.path("models/" + file)))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining(format)
        .hasMessageContaining("not supported")
        .hasMessageMatching("(?s).*(xport|onvert).*")
        .hasMessageContaining(
            "Formats on the class path: [TensorFlow SavedModel, TensorFlow checkpoint, TensorFlow"
                + " frozen graph]");
  }

  /** A graph or session of these models takes more than 100 KB, their files more than 10. */
  @Test
  void manyCyclesLeaveNativeMemoryWhereItWas() throws IOException {
    GoldenModel golden = GoldenModel.of("half_plus_two_tf1__regress_x_to_y");
    NativeMemory.assertSettles(
        10_000,
        () -> {
          try (LoadedModel model = Models.load(golden.path())) {
            golden.assertScoredBy(model);
          }
        });
  }

  /** TensorFlow-Java's own session, on the whole graph. */
  private static Map<String, float[]> reference(
      Path file, Map<String, TensorValue> inputs, List<String> outputs) throws IOException {
    try (Graph graph = new Graph()) {
      graph.importGraphDef(GraphDef.parseFrom(Files.readAllBytes(file)));
      List<TFloat32> fed = new ArrayList<>();
      try (Session session = new Session(graph)) {
        Session.Runner runner = session.runner();
        inputs.forEach(
            (name, value) -> {
              TFloat32 tensor =
                  TFloat32.tensorOf(
                      Shape.of(value.shape()), DataBuffers.of(value.floats(), true, false));
              fed.add(tensor);
              runner.feed(name, tensor);
            });
        outputs.forEach(runner::fetch);
        Map<String, float[]> results = new LinkedHashMap<>();
        try (Result result = runner.run()) {
          for (int i = 0; i < outputs.size(); i++) {
            TFloat32 tensor = (TFloat32) result.get(i);
            float[] values = new float[(int) tensor.size()];
            tensor.asRawTensor().data().asFloats().read(values);
            results.put(outputs.get(i), values);
          }
        }
        return results;
      } finally {
        fed.forEach(TFloat32::close);
      }
    }
  }
}
