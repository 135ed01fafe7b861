package io.kindling.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.api.Dataset;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelLimits;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.Models;
import io.kindling.predict.Predictor;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import io.kindling.tensor.Shape;
import io.kindling.testing.GoldenModel;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models that others have trained, through the one door, against what Keras made of the same rows:
 * 1e-4 relative.
 */
@NeedsShared
class SharedModelsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dl4j_convlstm2d_26_h5",
        "dl4j_mlp_113_h5",
        "dl4j_simple_flatten_rnn_h5",
        "dl4j_simple_lstm_h5",
        "fashion_mnist_cnn_keras",
        "fer2013_mini_xception_h5",
        "resnet8_cifar10_h5"
      })
  void scoresWhatIsRecorded(String name) throws IOException {
    GoldenModel golden = GoldenModel.of(name);
    ModelDescription description = Models.describe(golden.path());
    assertThat(description.format()).isEqualTo("Keras");
    assertThat(description.producer()).matches("Keras [23]\\..*");
    assertThat(description.isAcceptable()).as(description.toString()).isTrue();
    assertThat(description.operations()).isNotEmpty();
    ModelSignature signature = description.defaultSignature();
    Map<String, TensorValue> inputs = golden.inputs(signature);
    signature.requireInputs(inputs);
    try (LoadedModel model = Models.load(golden.path())) {
      golden.assertScoredBy(model);
      assertThat(model.description()).isEqualTo(description);
    }
    try (Predictor predictor = Predictor.load(golden.path())) {
      List<String> outputs = golden.outputNames(signature);
      golden.assertScored(predictor.predict(signature.name(), inputs, outputs).values());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"causal_conv1d_k3_s2_d1_cl", "conv1d_k2_s1_d1_cl_same", "leakyrelu"})
  void scoresTheExampleThatKeras2Recorded(String name) throws IOException {
    Path file = SharedData.path("models/keras-recorded/" + name + "_inputs_and_outputs.h5");
    try (Hdf5 recorded = Hdf5.open(file, file);
        LoadedModel model = Models.load(SharedData.path("models/keras-recorded/" + name + ".h5"))) {
      ModelSignature signature = model.description().defaultSignature();
      Map<String, TensorValue> inputs = new HashMap<>();
      for (TensorType input : signature.inputs()) {
        inputs.put(input.name(), array(recorded, "inputs/" + input.name()));
      }
      Map<String, TensorValue> made = model.run(signature.name(), inputs, signature.outputNames());
      assertThat(made).isNotEmpty();
      for (Map.Entry<String, TensorValue> output : made.entrySet()) {
        TensorValue expected = array(recorded, "outputs/" + output.getKey());
        assertThat(output.getValue().shape()).isEqualTo(expected.shape());
        GoldenModel.assertClose(output.getKey(), output.getValue().floats(), expected.floats());
      }
    }
  }

  private static TensorValue array(Hdf5 file, String path) throws IOException {
    Dataset dataset = file.dataset(file.root(), path).orElseThrow();
    Shape shape = file.shape(dataset);
    float[] values = new float[shape.size()];
    file.copy(dataset, 0, values, 0, values.length);
    return TensorValue.ofFloats(
        values, shape.dimensions().stream().mapToLong(Integer::longValue).toArray());
  }

  @Test
  void refusesWeightsWithoutAModel() {
    Path file = SharedData.path("models/keras/squeezenet_imagenet_notop_weights.h5");
    String why =
        "Unsupported Keras file "
            + file
            + ": it holds weights only, no model. Load them into their model in Python and save"
            + " the whole of it with model.save('model.keras').";
    assertThatThrownBy(() -> KerasModel.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(why);
    for (String door : List.of("describe", "load")) {
      assertThatThrownBy(
              () -> {
                if (door.equals("load")) {
                  Models.load(file).close();
                } else {
                  Models.describe(file);
                }
              })
          .as(door)
          .isInstanceOf(RefusedModelException.class)
          .hasMessage("Refused the model " + file + ": content: " + why);
    }
  }

  @Test
  void refusesWhatIsLargerThanTheLimits() {
    Path file = SharedData.path("models/keras/resnet8_cifar10.h5");
    LoadOptions options = LoadOptions.defaults();
    assertThatThrownBy(
            () ->
                Models.describe(
                    file, options.withLimits(ModelLimits.defaults().withBytes(1_000_000))))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining("size: the model's files have more than 1000000 bytes");
    assertThatThrownBy(
            () -> Models.load(file, options.withLimits(ModelLimits.defaults().withNodes(10))))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining("count: it has more than 10 layers (limit 'nodes')");
  }

  @Test
  void saysWhatIsWrongWithACall() throws IOException {
    GoldenModel golden = GoldenModel.of("dl4j_mlp_113_h5");
    LoadedModel model = Models.load(golden.path());
    List<String> outputs = model.description().defaultSignature().outputNames();
    assertThatThrownBy(
            () ->
                model.run(
                    "serving_default",
                    Map.of("input_114", TensorValue.ofFloats(new float[6], 2, 3)),
                    outputs))
        .hasMessageContaining("'input_114' has shape [2, 3] but [?, 4] is expected");
    TensorValue none = TensorValue.ofFloats(new float[0], 0, 4);
    assertThat(
            model.run("serving_default", Map.of("input_114", none), outputs).values().stream()
                .map(TensorValue::rowCount))
        .containsOnly(0L);
    model.close();
    model.close();
    assertThatThrownBy(() -> model.run("serving_default", golden.inputs(), outputs))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("is closed; it cannot be run.");
  }
}
