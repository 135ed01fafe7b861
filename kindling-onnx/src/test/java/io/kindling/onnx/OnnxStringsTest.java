package io.kindling.onnx;

import static io.kindling.onnx.OnnxBytes.message;
import static io.kindling.onnx.OnnxBytes.model;
import static io.kindling.onnx.OnnxBytes.node;
import static io.kindling.onnx.OnnxBytes.value;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.engine.EngineException;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.Models;
import io.kindling.predict.TensorValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strings pass as they are, or not at all. */
class OnnxStringsTest {

  @TempDir private Path folder;

  private LoadedModel identity() throws IOException {
    OnnxBytes graph =
        message()
            .message(1, node("same", "Identity", "", "x", "y"))
            .text(2, "g")
            .message(11, value("x", OnnxTypes.STRING))
            .message(12, value("y", OnnxTypes.STRING));
    return Models.load(Files.write(folder.resolve("same.onnx"), model(graph).toBytes()));
  }

  /** A model without inputs that gives two strings. */
  private LoadedModel giving(byte[] first, byte[] second) throws IOException {
    OnnxBytes strings =
        message()
            .number(1, 1)
            .number(1, 2)
            .number(2, OnnxTypes.STRING)
            .bytes(6, first)
            .bytes(6, second)
            .text(8, "w");
    OnnxBytes graph =
        message()
            .message(1, node("same", "Identity", "", "w", "y"))
            .text(2, "g")
            .message(5, strings)
            .message(12, value("y", OnnxTypes.STRING));
    return Models.load(Files.write(folder.resolve("giving.onnx"), model(graph).toBytes()));
  }

  private static TensorValue pair(String first, String second) {
    return TensorValue.ofStrings(List.of(first, second), 1, 2);
  }

  private static TensorValue run(LoadedModel model, TensorValue x) {
    return model.run("serving_default", Map.of("x", x), List.of("y")).get("y");
  }

  @Test
  void passAsTheyAre() throws IOException {
    try (LoadedModel model = identity()) {
      for (String text : List.of("", "abc", "çé", "€ and 漢字", "\u0001\u007f\u0080\u07ff\uffff")) {
        TensorValue x = pair(text, "b");
        assertThat(run(model, x)).isEqualTo(x);
      }
    }
    try (LoadedModel model = giving("漢字".getBytes(UTF_8), new byte[0])) {
      assertThat(model.run("serving_default", Map.of(), List.of("y")))
          .containsEntry("y", pair("漢字", ""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"😀", "a\u0000b"})
  void areRefusedOnTheirWayInWhereTheyWouldBecomeOthers(String text) throws IOException {
    try (LoadedModel model = identity()) {
      assertThatThrownBy(() -> run(model, pair("a", text)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "Input 'x': ONNX Runtime's Java library takes no character U+0000 and none beyond");
    }
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    try (LoadedModel model = identity()) {
      TensorValue x = TensorValue.ofBinary(List.of(new byte[] {'a'}, new byte[] {-1, 'b'}), 1, 2);
      assertThatThrownBy(() -> run(model, x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(
              "Input 'x' takes texts. String 1 of 2 is not UTF-8: it begins with ff 62");
    }
  }

  /** Latin-1, a character beyond U+FFFF, half of one in three bytes, a zero, and a cut end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "caf\u00e9",
        "\u00f0\u009f\u0098\u0080",
        "\u00ed\u00a0\u00bd",
        "ab\u0000cd",
        "a\u00e2\u0082"
      })
  void areRefusedOnTheirWayOutWhereTheyWouldBecomeOthers(String bytes) throws IOException {
    byte[] raw = bytes.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    try (LoadedModel model = giving("fine".getBytes(UTF_8), raw)) {
      assertThatThrownBy(() -> model.run("serving_default", Map.of(), List.of("y")))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("Output 'y' holds a string that is not UTF-8, or has a character");
    }
  }

  @Test
  void theModelThatComparesIsMadeLikeThis() throws IOException {
    OnnxBytes node = message().text(1, "a").text(1, "b").text(2, "equal").text(4, "Equal");
    OnnxBytes graph =
        message()
            .message(1, node)
            .text(2, "equal-strings")
            .message(11, anyShape("a", OnnxTypes.STRING))
            .message(11, anyShape("b", OnnxTypes.STRING))
            .message(12, anyShape("equal", 9));
    OnnxBytes model =
        message().number(1, 9).message(7, graph).message(8, message().text(1, "").number(2, 19));
    try (InputStream in = OnnxStrings.class.getResourceAsStream("equal-strings.onnx")) {
      assertThat(in.readAllBytes()).isEqualTo(model.toBytes());
    }
  }

  private static OnnxBytes anyShape(String name, int type) {
    return message().text(1, name).message(2, message().message(1, message().number(1, type)));
  }
}
