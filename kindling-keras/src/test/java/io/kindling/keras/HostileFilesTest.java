package io.kindling.keras;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.kindling.model.TrainedModel;
import io.kindling.network.LayerNetwork;
import io.kindling.predict.Finding;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.RefusedModelException;
import io.kindling.tensor.Shape;
import io.kindling.testing.FolderState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are damaged or mean harm: each is refused, and the message says what it is. */
class HostileFilesTest {

  private static final String DENSE =
      "{\"class_name\":\"Sequential\",\"config\":{\"layers\":[{\"class_name\":\"InputLayer\","
          + "\"config\":{\"name\":\"x\",\"batch_shape\":[null,3]}},{\"class_name\":\"Dense\","
          + "\"config\":{\"name\":\"dense\",\"units\":2}}]}}";

  @TempDir static Path folder;

  /** Makes a file. */
  private interface Maker {
    void write(Path file) throws IOException;
  }

  private record Case(Maker maker, Class<? extends Exception> type, String message) {}

  private static final Map<String, Case> CASES = cases();

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    damaged(cases, "nothing", bytes(new byte[0]), "its first bytes are neither those of a zip");
    damaged(
        cases, "text", bytes("import keras".getBytes(StandardCharsets.UTF_8)), "its first bytes");
    damaged(cases, "half a zip", file -> cut(file, zip(DENSE), 2), "it is no whole zip file");
    damaged(cases, "half an h5", file -> cut(file, h5(DENSE, 6), 2), "The file is damaged");
    damaged(
        cases,
        "h5 of its first bytes",
        file -> write(file, Arrays.copyOf(h5(DENSE, 6), 8)),
        "The file is damaged or was not written by Keras.");
    damaged(
        cases,
        "no configuration",
        file -> write(file, zipOf(Map.of("a.txt", new byte[1]))),
        "the zip holds no config.json");
    unsupported(
        cases,
        "weights alone",
        file -> write(file, zipOf(Map.of("model.weights.h5", weights(6)))),
        "it holds weights only, no model");
    damaged(
        cases,
        "no weights",
        file -> write(file, zipOf(Map.of("config.json", DENSE.getBytes(StandardCharsets.UTF_8)))),
        "the zip holds no model.weights.h5");
    damaged(
        cases,
        "weights of text",
        file -> write(file, zip(DENSE, "no HDF5".getBytes(StandardCharsets.UTF_8))),
        "of the entry 'model.weights.h5', its first bytes are not those of HDF5");
    for (String name :
        new String[] {
          "../outside", "/etc/outside", "a/../../outside", "C:outside", "a\\..\\outside"
        }) {
      damaged(
          cases,
          "a name " + name,
          file -> write(file, zipWith(name, new byte[1])),
          "of the entry '" + name + "', its name leads out of the archive");
    }
    damaged(
        cases,
        "an entry larger than stated",
        file -> write(file, restated(zip(DENSE + " ".repeat(1000)), "config.json", DENSE.length())),
        "config.json");
    damaged(
        cases,
        "a huge entry stated",
        file -> write(file, restated(zip(DENSE), "config.json", 2_000_000_000)),
        "of the entry 'config.json', it unpacks");
    damaged(
        cases,
        "a bomb",
        file -> write(file, zipWith("assets/bomb", new byte[50 << 20])),
        "of the entry 'assets/bomb', it unpacks");
    damaged(
        cases,
        "configuration of text",
        file -> write(file, zip("keras")),
        "its config.json is no JSON");
    damaged(
        cases,
        "configuration of a list",
        file -> write(file, zip("[]")),
        "its config.json is no JSON object");
    damaged(
        cases,
        "a deep configuration",
        file -> write(file, zip("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}")),
        "its config.json is no JSON. Document nesting depth");
    damaged(
        cases,
        "a key twice",
        file -> write(file, zip(DENSE.replace("\"units\":2", "\"units\":2,\"units\":3"))),
        "its config.json is no JSON. Duplicate field 'units'");
    unsupported(
        cases,
        "a subclass",
        file -> write(file, zip(DENSE.replace("Sequential", "MyModel"))),
        "its outermost class is 'MyModel', only Sequential and Functional");
    unsupported(
        cases,
        "no layers",
        file -> write(file, zip("{\"class_name\":\"Sequential\",\"config\":{\"layers\":[]}}")),
        "the model has no layers");
    unsupported(
        cases,
        "models in models",
        file -> write(file, zip(nested(17, DENSE))),
        "models are nested deeper than 16");
    unsupported(
        cases,
        "many layers",
        file -> write(file, zip(many(5000))),
        "it has 5001 layers or more, only up to 4000");
    unsupported(
        cases,
        "an unknown layer",
        file -> write(file, zip(DENSE.replace("Dense", "Den"))),
        "layer 'dense' (Den): Unsupported layer; docs/models.md lists");
    unsupported(
        cases,
        "code",
        file ->
            write(
                file, zip(DENSE.replace("\"class_name\":\"Dense\"", "\"class_name\":\"Lambda\""))),
        "layer 'dense' (Lambda): Unsupported, it holds code of Python, which is never run");
    unsupported(
        cases,
        "several findings",
        file ->
            write(
                file,
                zip(
                    DENSE.replace(
                        "\"units\":2}}",
                        "\"units\":2,\"activation\":\"glu\"}},{\"class_name\":\"Conv1D\",\"config\":"
                            + "{\"name\":\"c\",\"filters\":1,\"kernel_size\":[1]}}"))),
        "layer 'dense' (Dense): Unsupported activation \"glu\"");
    unsupported(
        cases,
        "more parameters than bytes",
        file ->
            write(
                file,
                zip(
                    DENSE
                        .replace("[null,3]", "[null,30000]")
                        .replace("\"units\":2", "\"units\":30000"))),
        "layer 'dense' (Dense): its array [30000, 30000] has more numbers than the file has room for");
    unsupported(
        cases,
        "no filters",
        file ->
            write(
                file,
                zip(
                    DENSE
                        .replace("[null,3]", "[null,3,3]")
                        .replace("\"Dense\"", "\"Conv1D\"")
                        .replace("\"units\":2", "\"filters\":0,\"kernel_size\":1"))),
        "layer 'dense' (Conv1D): Invalid filters 0. Use at least 1.");
    unsupported(
        cases,
        "arrays of another shape",
        file -> write(file, zip(DENSE.replace("[null,3]", "[null,4]"))),
        "layer 'dense' (Dense): its array /layers/dense/vars/0 has shape [3, 2], but its"
            + " configuration makes it [4, 2]");
    unsupported(
        cases,
        "arrays that are missing",
        file -> write(file, zip(DENSE.replace("\"Dense\"", "\"PReLU\""))),
        "layer 'dense' (PReLU): its array 'layers/p_re_lu/vars/0' is not in the file");
    unsupported(
        cases,
        "lists of another length",
        file -> write(file, h5(DENSE.replace("\"units\":2", "\"units\":2,\"use_bias\":false"), 6)),
        "layer 'dense': the file has 2 arrays of it, but its configuration makes them 1");
    unsupported(
        cases,
        "sizes left free",
        file -> write(file, zip(DENSE.replace("[null,3]", "[null,null,3]"))),
        "input 'x': its shape [null,null,3] leaves sizes free. State those of a row");
    unsupported(
        cases,
        "a circle",
        file -> write(file, zip(circle())),
        "the layers [a, b] take what no layer before them makes");
    return cases;
  }

  private static void damaged(Map<String, Case> cases, String name, Maker maker, String message) {
    cases.put(name, new Case(maker, IOException.class, message));
  }

  private static void unsupported(
      Map<String, Case> cases, String name, Maker maker, String message) {
    cases.put(name, new Case(maker, IllegalArgumentException.class, message));
  }

  static Stream<String> names() {
    return CASES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void isRefusedByName(String name) throws IOException {
    Case one = CASES.get(name);
    Path file = Files.createDirectories(folder.resolve("in/here")).resolve("model");
    one.maker().write(file);
    FolderState before = FolderState.of(folder);
    Throwable thrown = catchThrowable(() -> KerasModel.read(file));
    assertThat(thrown).isInstanceOf(one.type()).hasMessageContaining(one.message());
    assertThat(thrown).hasMessageContaining(file.toString());
    assertThat(catchThrowable(() -> new KerasFormat().load(file, LoadOptions.defaults())))
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining(one.message().replaceAll("\\.$", ""));
    assertThat(FolderState.of(folder)).isEqualTo(before);
  }

  @Test
  void tellsAllFindingsAtOnce() throws IOException {
    Path file = folder.resolve("model");
    CASES.get("several findings").maker().write(file);
    assertThat(catchThrowable(() -> KerasModel.read(file)))
        .hasMessageStartingWith("Unsupported Keras model in " + file + ": layer 'dense'")
        .hasMessageContaining("; layer 'c' (Conv1D): it takes sequences but got [2]");
    ModelDescription description = new KerasFormat().describe(file, LoadOptions.defaults());
    assertThat(description.isAcceptable()).isFalse();
    assertThat(description.findings().stream().map(Finding::text))
        .contains("layer 'c' (Conv1D): it takes sequences but got [2]")
        .hasSizeGreaterThan(1);
  }

  @Test
  void noCutOfAFileIsAnythingElseThanRefused() throws IOException {
    Path file = folder.resolve("model");
    for (byte[] whole : new byte[][] {h5(DENSE, 6), zip(DENSE)}) {
      for (int length = 0; length < whole.length - 30; length += 97) {
        write(file, Arrays.copyOf(whole, length));
        assertThat(catchThrowable(() -> KerasModel.read(file)))
            .as("%d bytes", length)
            .isInstanceOfAny(IOException.class, IllegalArgumentException.class);
      }
    }
  }

  @Test
  void noByteOfAFileBringsItDownWhenItIsAnother() throws IOException {
    Path file = folder.resolve("model");
    byte[] whole = h5(DENSE, 6);
    for (int place = 0; place < whole.length; place += 11) {
      byte[] changed = whole.clone();
      changed[place] ^= (byte) 0xff;
      write(file, changed);
      Throwable thrown = catchThrowable(() -> KerasModel.read(file));
      assertThat(
              thrown == null
                  || thrown instanceof IOException
                  || thrown instanceof IllegalArgumentException)
          .as("byte %d: %s", place, thrown)
          .isTrue();
    }
  }

  @Test
  void readsAModelThatLeavesSizesFreeOnceTheyAreStated() throws IOException {
    Path file = folder.resolve("model");
    write(file, zip(DENSE.replace("[null,3]", "[null,null,3]")));
    TrainedModel model = KerasModel.read(file, Map.of("x", Shape.of(7, 3)));
    assertThat(model.network().outputs().get(0).shape()).isEqualTo(Shape.of(7, 2));
    assertThat(catchThrowable(() -> KerasModel.read(file, Map.of("x", Shape.of(7, 4)))))
        .hasMessageContaining("input 'x': the stated shape [7, 4] does not suit [null,null,3]");
    assertThat(catchThrowable(() -> KerasModel.read(file, Map.of("y", Shape.of(7, 3)))))
        .hasMessageContaining("a shape is stated for 'y', but the inputs are [x]");
  }

  @Test
  void readsAChainOfThousandsOfLayers() throws IOException {
    Path file = folder.resolve("model");
    write(file, zip(many(3900)));
    assertThat(((LayerNetwork) KerasModel.read(file).network()).steps()).hasSize(3900);
  }

  @Test
  void readsTheUndamagedFilesThatTheseAreMadeOf() throws IOException {
    Path file = folder.resolve("model");
    write(file, zip(DENSE));
    assertThat(KerasModel.read(file).parameters()).contains(1, 2, 3, 4, 5, 6);
    write(file, h5(DENSE, 6));
    assertThat(KerasModel.read(file).parameters()).contains(1, 2, 3, 4, 5, 6);
  }

  // Files.

  private static Maker bytes(byte[] content) {
    return file -> write(file, content);
  }

  private static void write(Path file, byte[] content) throws IOException {
    Files.write(file, content);
  }

  private static void cut(Path file, byte[] whole, int parts) throws IOException {
    write(file, Arrays.copyOf(whole, whole.length / parts));
  }

  private static byte[] zip(String configuration) {
    return zip(configuration, weights(6));
  }

  private static byte[] zip(String configuration, byte[] weights) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("config.json", configuration.getBytes(StandardCharsets.UTF_8));
    entries.put("model.weights.h5", weights);
    return zipOf(entries);
  }

  private static byte[] zipWith(String name, byte[] content) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("config.json", DENSE.getBytes(StandardCharsets.UTF_8));
    entries.put("model.weights.h5", weights(6));
    entries.put(name, content);
    return zipOf(entries);
  }

  private static byte[] zipOf(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  /** The zip with another unpacked size in its directory. */
  private static byte[] restated(byte[] zip, String name, int size) {
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < zip.length - 46; i++) {
      if (bytes.getInt(i) == 0x02014b50
          && new String(zip, i + 46, bytes.getShort(i + 28), StandardCharsets.UTF_8).equals(name)) {
        bytes.putInt(i + 24, size);
      }
    }
    return zip;
  }

  private static byte[] weights(int numbers) {
    return hdf5(
        file -> {
          WritableGroup vars = file.putGroup("layers").putGroup("dense").putGroup("vars");
          vars.putDataset("0", kernel(numbers));
          vars.putDataset("1", new float[2]);
        });
  }

  private static float[][] kernel(int numbers) {
    float[][] kernel = new float[numbers / 2][2];
    for (int i = 0; i < numbers; i++) {
      kernel[i / 2][i % 2] = i + 1;
    }
    return kernel;
  }

  private static byte[] h5(String configuration, int numbers) {
    return hdf5(
        file -> {
          file.putAttribute("model_config", configuration);
          file.putAttribute("keras_version", "3.15.1");
          WritableGroup layer = file.putGroup("model_weights").putGroup("dense");
          layer.putAttribute("weight_names", new String[] {"kernel", "bias"});
          layer.putDataset("kernel", kernel(numbers));
          layer.putDataset("bias", new float[2]);
        });
  }

  private static byte[] hdf5(Consumer<WritableHdfFile> filling) {
    try {
      Path file = Files.createTempFile(folder, "made", ".h5");
      try (WritableHdfFile made = HdfFile.write(file)) {
        filling.accept(made);
      }
      byte[] bytes = Files.readAllBytes(file);
      Files.delete(file);
      return bytes;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String nested(int times, String model) {
    String nested = model;
    for (int i = 0; i < times; i++) {
      nested =
          "{\"class_name\":\"Sequential\",\"config\":{\"name\":\"m"
              + i
              + "\",\"layers\":["
              + nested
              + "]}}";
    }
    return nested;
  }

  private static String many(int layers) {
    return DENSE.replace(
        "{\"class_name\":\"Dense\"",
        "{\"class_name\":\"ReLU\",\"config\":{}},".repeat(layers - 1)
            + "{\"class_name\":\"Dense\"");
  }

  private static String circle() {
    return "{\"class_name\":\"Functional\",\"config\":{\"layers\":[{\"class_name\":\"InputLayer\","
        + "\"name\":\"x\",\"config\":{\"name\":\"x\",\"batch_shape\":[null,3]},\"inbound_nodes\":[]},"
        + relu("a", "b")
        + ","
        + relu("b", "a")
        + "],\"input_layers\":[[\"x\",0,0]],\"output_layers\":[[\"b\",0,0]]}}";
  }

  private static String relu(String name, String from) {
    return "{\"class_name\":\"ReLU\",\"name\":\""
        + name
        + "\",\"config\":{\"name\":\""
        + name
        + "\"},\"inbound_nodes\":[[[\""
        + from
        + "\",0,0,{}]]]}";
  }
}
