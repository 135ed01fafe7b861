package io.kindling.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jhdf.api.Group;
import io.kindling.model.TrainedModel;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that others have trained, against what Keras made of the same rows: 1e-4 relative. */
@NeedsShared
class SharedModelsTest {

  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dl4j_convlstm2d_26.h5",
        "dl4j_mlp_113.h5",
        "dl4j_simple_flatten_rnn.h5",
        "dl4j_simple_lstm.h5",
        "fashion_mnist_cnn.keras",
        "fer2013_mini_xception.h5",
        "resnet8_cifar10.h5"
      })
  void scoresItsGoldenExample(String name) throws IOException {
    TrainedModel model = KerasModel.read(SharedData.path("models/keras/" + name));
    JsonNode golden =
        new ObjectMapper()
            .readTree(
                SharedData.path("models/golden/" + name.replace('.', '_') + ".json").toFile());
    int rows = golden.at("/inputs/0/shape/0").asInt();
    TensorSpec input = model.network().inputs().get(0);
    float[] values =
        golden.at("/inputs/0/rule").asText().startsWith("flat")
            ? ruled(golden.at("/inputs/0/rule").asText(), rows * input.shape().size())
            : pictures(rows);
    float[] made = Scores.of(model, Map.of(input.name(), values), rows).values().iterator().next();
    JsonNode expected = golden.at("/outputs/0/values");
    assertThat(made).hasSize(expected.size());
    for (int i = 0; i < made.length; i++) {
      close(made[i], expected.get(i).doubleValue(), "element " + i);
    }
  }

  /** {@code flat[i] = float32(((i*37) mod 101) / 101.0 * SCALE + OFFSET)}. */
  private static float[] ruled(String rule, int count) {
    String[] words = rule.replace(")", "").split(" ", -1);
    double scale = Double.parseDouble(words[words.length - 3]);
    double offset = Double.parseDouble(words[words.length - 1]);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((i * 37L % 101) / 101.0 * scale + offset);
    }
    return values;
  }

  /** Of Fashion-MNIST. */
  private static float[] pictures(int rows) throws IOException {
    Path file = SharedData.path("fashion-mnist/t10k-images-idx3-ubyte.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      in.skipNBytes(16);
      byte[] pixels = in.readNBytes(rows * 784);
      float[] values = new float[pixels.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (pixels[i] & 0xff) / 255f;
      }
      return values;
    }
  }

  private static void close(float made, double expected, String what) {
    assertThat((double) made).as(what).isCloseTo(expected, within(TOLERANCE * Math.abs(expected)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"causal_conv1d_k3_s2_d1_cl", "conv1d_k2_s1_d1_cl_same", "leakyrelu"})
  void scoresTheExampleThatKeras2Recorded(String name) throws IOException {
    TrainedModel model = KerasModel.read(SharedData.path("models/keras-recorded/" + name + ".h5"));
    Path file = SharedData.path("models/keras-recorded/" + name + "_inputs_and_outputs.h5");
    try (Hdf5 recorded = Hdf5.open(file, file)) {
      Map<String, float[]> inputs = new HashMap<>();
      for (TensorSpec input : model.network().inputs()) {
        inputs.put(input.name(), array(recorded, "inputs/" + input.name()));
      }
      TensorSpec first = model.network().inputs().get(0);
      int rows = inputs.get(first.name()).length / first.shape().size();
      Map<String, float[]> made = Scores.of(model, inputs, rows);
      assertThat(made).isNotEmpty();
      for (Map.Entry<String, float[]> output : made.entrySet()) {
        float[] expected = array(recorded, "outputs/" + output.getKey());
        assertThat(output.getValue()).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
          close(output.getValue()[i], expected[i], output.getKey() + "[" + i + "]");
        }
      }
    }
  }

  private static float[] array(Hdf5 file, String path) throws IOException {
    Group root = file.root();
    var dataset = file.dataset(root, path).orElseThrow();
    Shape shape = file.shape(dataset);
    float[] values = new float[shape.size()];
    file.copy(dataset, 0, values, 0, values.length);
    return values;
  }

  @Test
  void refusesWeightsWithoutAModel() {
    Path file = SharedData.path("models/keras/squeezenet_imagenet_notop_weights.h5");
    assertThatThrownBy(() -> KerasModel.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Unsupported Keras file "
                + file
                + ": it holds weights only, no model. Load them into their model in Python and save"
                + " the whole of it with model.save('model.keras').");
  }
}
