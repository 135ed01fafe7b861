package io.kindling.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.model.TrainedModel;
import io.kindling.network.LayerNetwork;
import io.kindling.network.NetworkFormat;
import io.kindling.tensor.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every layer that we have and Keras has, in files that Keras 3 wrote, and some as Keras 2 wrote
 * them: outputs equal Keras's to 1e-5. The files are made by {@code keras_files.py} in {@code
 * src/test/python}.
 */
class KerasFilesTest {

  private static final Map<String, byte[]> FILES = unpacked();

  @TempDir Path folder;

  private static Map<String, byte[]> unpacked() {
    Map<String, byte[]> files = new TreeMap<>();
    try (InputStream in = KerasFilesTest.class.getResourceAsStream("/keras-files.zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return files;
  }

  static Stream<String> models() {
    return FILES.keySet().stream()
        .filter(name -> !name.endsWith(".json") && !name.startsWith("refused/"));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        Arguments.of("soft link", "leads through a link at 'kernel', and links are not followed"),
        Arguments.of(
            "external link", "leads through a link at 'kernel', and links are not followed"),
        Arguments.of("external storage", "The file is damaged"),
        Arguments.of("chunks", "is compressed or in chunks. Write it plainly"),
        Arguments.of("compressed", "is compressed or in chunks. Write it plainly"),
        Arguments.of(
            "whole numbers", "holds FixedPoint of 4 bytes. Save the model with weights of float32"),
        Arguments.of("half floats", "holds FloatingPoint of 2 bytes"),
        Arguments.of("of Keras 1", "it was written by Keras 1.2.2. Load it with Keras 2"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesArraysThatLieElsewhereOrOtherwise(String name, String message) throws IOException {
    Path file = folder.resolve("model.h5");
    Files.write(file, FILES.get("refused/" + name + ".h5"));
    assertThatThrownBy(() -> KerasModel.read(file))
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  private TrainedModel read(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, FILES.get(name));
    return KerasModel.read(file);
  }

  private static JsonNode recorded(String name) throws IOException {
    String stem = name.substring(0, name.indexOf('.'));
    return new ObjectMapper().readTree(FILES.get(stem + ".json"));
  }

  private static float[] floats(JsonNode values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }

  @ParameterizedTest
  @MethodSource("models")
  void computesWhatKerasDoes(String name) throws IOException {
    TrainedModel model = read(name);
    JsonNode recorded = recorded(name);
    Map<String, float[]> inputs = new LinkedHashMap<>();
    recorded
        .get("inputs")
        .properties()
        .forEach(input -> inputs.put(input.getKey(), floats(input.getValue())));
    List<float[]> expected = new ArrayList<>();
    recorded.get("outputs").forEach(output -> expected.add(floats(output.get("values"))));
    TensorSpec first = model.network().inputs().get(0);
    int rows = inputs.get(first.name()).length / first.shape().size();
    List<float[]> made = List.copyOf(Scores.of(model, inputs, rows).values());
    assertThat(made).hasSameSizeAs(expected);
    for (int output = 0; output < made.size(); output++) {
      assertThat(made.get(output)).as("output %d", output).hasSameSizeAs(expected.get(output));
      for (int i = 0; i < made.get(output).length; i++) {
        float value = expected.get(output)[i];
        assertThat(made.get(output)[i])
            .as("%s, element %d", model.network().outputs().get(output), i)
            .isCloseTo(value, within(1e-5f * Math.max(1, Math.abs(value))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void isAnOrdinaryNetwork(String name) throws IOException {
    TrainedModel model = read(name);
    assertThat(model.network()).isInstanceOf(LayerNetwork.class);
    assertThat(NetworkFormat.parse(model.network().toJson())).isEqualTo(model.network());
    assertThat(model.provenance().entries()).containsEntry("source", name);
  }

  /** Those that are not written, or only by versions of Keras other than the one at hand. */
  private static final Set<String> WITHOUT_FILE =
      Set.of(
          "ThresholdedReLU",
          "RandomRotation",
          "RandomZoom",
          "RandomTranslation",
          "RandomContrast",
          "RandomBrightness");

  @Test
  void everyKnownLayerHasAFile() throws IOException {
    Set<String> known = new TreeSet<>();
    KerasLayer.table().forEach(layer -> known.add(layer.name()));
    Set<String> used = new TreeSet<>();
    for (String name : models().toList()) {
      if (name.endsWith(".keras")) {
        Path file = folder.resolve(name);
        Files.write(file, FILES.get(name));
        try (KerasFile opened = KerasFile.open(file)) {
          opened.configuration().findValuesAsText("class_name").forEach(used::add);
        }
      }
    }
    known.removeAll(used);
    assertThat(WITHOUT_FILE).containsAll(known);
  }
}
