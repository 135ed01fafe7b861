package io.kindling.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * The recorded example of a shared model: {@code models/golden/<name>.json}, whose inputs are made
 * by rules and whose outputs other programs computed.
 */
public final class GoldenModel {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern RULE =
      Pattern.compile(
          "flat\\[i\\] = float32\\(\\(\\(i\\*37\\) mod 101\\) / 101\\.0 \\* ([-.\\d]+) \\+ ([-.\\d]+)\\)");
  private static final Pattern MODULO = Pattern.compile("flat\\[i\\] = \\(i\\*37\\) mod (\\d+)");
  private static final Pattern SHAPE = Pattern.compile("'shape': \\(([^)]*)\\)");
  private static final Pattern TYPE = Pattern.compile("'descr': '([^']*)'");

  private final JsonNode document;

  private GoldenModel(JsonNode document) {
    this.document = document;
  }

  /** The example of this name, without its folder and ending. */
  public static GoldenModel of(String name) throws IOException {
    Path file = SharedData.path("models/golden/" + name + ".json");
    return new GoldenModel(MAPPER.readTree(file.toFile()));
  }

  /** The model's file or folder. */
  public Path path() {
    return SharedData.path("models/" + document.get("model").asText().split(" ", -1)[0]);
  }

  /** The signature it is recorded for. */
  public String signature() {
    String[] words = document.get("model").asText().split(" signature ", -1);
    return words.length == 2 ? words[1] : "serving_default";
  }

  /** The inputs, by name. */
  public Map<String, TensorValue> inputs() {
    Map<String, TensorValue> inputs = new LinkedHashMap<>();
    for (JsonNode input : document.get("inputs")) {
      inputs.put(input.get("name").asText(), input(input));
    }
    return inputs;
  }

  private static TensorValue input(JsonNode input) {
    long[] shape = MAPPER.convertValue(input.get("shape"), long[].class);
    int size = (int) TensorValue.elements(shape);
    String rule = input.get("rule").asText();
    String type = input.get("dtype").asText();
    Matcher scaled = RULE.matcher(rule);
    if (scaled.matches()) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] =
            (float)
                (i * 37L % 101 / 101.0 * Double.parseDouble(scaled.group(1))
                    + Double.parseDouble(scaled.group(2)));
      }
      return TensorValue.ofFloats(values, shape);
    }
    Matcher modulo = MODULO.matcher(rule);
    if (type.equals("int64")) {
      long[] values = new long[size];
      for (int i = 0; i < size; i++) {
        values[i] =
            modulo.matches()
                ? i * 37L % Long.parseLong(modulo.group(1))
                : Long.parseLong(rule.replace("all ", ""));
      }
      return TensorValue.ofLongs(values, shape);
    }
    if (rule.contains("images of Fashion-MNIST t10k")) {
      return TensorValue.ofFloats(pictures(size), shape);
    }
    if (rule.startsWith("one serialized tf.train.Example")) {
      byte[] example = HexFormat.of().parseHex("0a0f0a0d0a0178120812060a0400004040");
      return TensorValue.ofBinary(List.of(example), shape);
    }
    float[] values = new float[size];
    String[] words = rule.split(", ", -1);
    for (int i = 0; i < size; i++) {
      values[i] = Float.parseFloat(words[i]);
    }
    return TensorValue.ofFloats(values, shape);
  }

  /** The inputs, by their names in a signature: Keras 2 gives an only one no name of its own. */
  public Map<String, TensorValue> inputs(ModelSignature signature) {
    Map<String, TensorValue> inputs = inputs();
    return inputs.keySet().equals(Set.of("in0")) && signature.inputs().size() == 1
        ? Map.of(signature.inputs().get(0).name(), inputs.get("in0"))
        : inputs;
  }

  /** The first pixels of Fashion-MNIST's pictures for tests, 0 to 1. */
  private static float[] pictures(int count) {
    Path file = SharedData.path("fashion-mnist/t10k-images-idx3-ubyte.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      in.skipNBytes(16);
      byte[] pixels = in.readNBytes(count);
      float[] values = new float[count];
      for (int i = 0; i < values.length; i++) {
        values[i] = (pixels[i] & 0xff) / 255f;
      }
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of the recorded outputs. */
  public List<String> outputNames() {
    List<String> names = new ArrayList<>();
    document.get("outputs").forEach(output -> names.add(output.get("name").asText()));
    return names;
  }

  /** Names of the recorded outputs in a signature: Keras gives an only one no name of its own. */
  public List<String> outputNames(ModelSignature signature) {
    List<String> names = outputNames();
    return names.equals(List.of("output")) && signature.outputs().size() == 1
        ? signature.outputNames()
        : names;
  }

  /** Scores the inputs and requires what is recorded, to 1e-4 relative. */
  public void assertScoredBy(LoadedModel model) throws IOException {
    ModelSignature called = model.description().signature(signature());
    assertScored(model.run(called.name(), inputs(called), outputNames(called)).values());
  }

  /** Requires of the outputs, in their order, what is recorded, to 1e-4 relative. */
  public void assertScored(Collection<TensorValue> outputs) throws IOException {
    Iterator<TensorValue> values = outputs.iterator();
    for (JsonNode expected : document.get("outputs")) {
      String name = expected.get("name").asText();
      TensorValue value = values.next();
      assertThat(value.shape())
          .as(name)
          .isEqualTo(MAPPER.convertValue(expected.get("shape"), long[].class));
      float[] recorded;
      if (expected.has("values")) {
        recorded = MAPPER.convertValue(expected.get("values"), float[].class);
      } else {
        recorded =
            npy(Files.readAllBytes(
                    SharedData.path("models/golden/" + expected.get("npy").asText())))
                .floats();
      }
      assertClose(name, value.floats(), recorded);
    }
  }

  /**
   * Requires every number to be equal to 1e-4 of it, or of the largest of them where it is tiny.
   */
  public static void assertClose(String name, float[] actual, float[] expected) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    float largest = 0;
    for (float each : expected) {
      largest = Math.max(largest, Math.abs(each));
    }
    for (int i = 0; i < actual.length; i++) {
      double tolerance = 1e-4 * Math.max(Math.abs(expected[i]), 1e-2 * largest);
      assertThat((double) Math.abs(actual[i] - expected[i]))
          .as("%s[%d]: %s, expected %s", name, i, actual[i], expected[i])
          .isLessThanOrEqualTo(tolerance);
    }
  }

  /** Reads NumPy's file of one array of float32, float64 or int64. */
  public static TensorValue npy(byte[] bytes) {
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int headerLength = bytes[6] == 1 ? data.getShort(8) & 0xffff : data.getInt(8);
    int start = bytes[6] == 1 ? 10 : 12;
    String header = new String(bytes, start, headerLength, ISO_8859_1);
    Matcher shapeText = SHAPE.matcher(header);
    Matcher typeText = TYPE.matcher(header);
    if (!shapeText.find() || !typeText.find()) {
      throw new IllegalArgumentException("No header of NumPy's: " + header);
    }
    long[] shape =
        Stream.of(shapeText.group(1).split(",", -1))
            .map(String::strip)
            .filter(text -> !text.isEmpty())
            .mapToLong(Long::parseLong)
            .toArray();
    ValueType type =
        switch (typeText.group(1)) {
          case "<f4" -> ValueType.FLOAT32;
          case "<f8" -> ValueType.FLOAT64;
          case "<i8" -> ValueType.INT64;
          default -> throw new IllegalArgumentException("Not read: " + header);
        };
    return TensorValue.of(type, data.position(start + headerLength).slice(), shape);
  }
}
