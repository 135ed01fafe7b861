package io.kindling.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.predict.LoadOptions;
import io.kindling.predict.LoadedModel;
import io.kindling.predict.Models;
import io.kindling.predict.RefusedModelException;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of all types go through ONNX Runtime and come back as they were. */
class ValuesTest {

  /** What ONNX Runtime's Java interface gives and does not take. */
  private static final Set<ValueType> GIVEN_ONLY =
      EnumSet.of(ValueType.UINT16, ValueType.UINT32, ValueType.UINT64);

  @TempDir private Path folder;

  private static int dataType(ValueType type) {
    return IntStream.range(1, 20)
        .filter(each -> OnnxTypes.valueType(each).filter(type::equals).isPresent())
        .findFirst()
        .orElseThrow();
  }

  private LoadedModel open(OnnxBytes node, ValueType from, ValueType to) throws IOException {
    OnnxBytes graph =
        OnnxBytes.message()
            .message(1, node)
            .text(2, "g")
            .message(11, OnnxBytes.value("x", dataType(from)))
            .message(12, OnnxBytes.value("y", dataType(to)));
    Path file = folder.resolve("values.onnx");
    Files.write(file, OnnxBytes.model(graph).toBytes());
    return Models.load(file, LoadOptions.defaults().withThreads(1));
  }

  private static OnnxBytes node(String operation) {
    return OnnxBytes.node("n", operation, "", "x", "y");
  }

  static Stream<ValueType> taken() {
    return EnumSet.complementOf(EnumSet.copyOf(GIVEN_ONLY)).stream();
  }

  @ParameterizedTest
  @MethodSource("taken")
  void comeBackAsTheyWere(ValueType type) throws IOException {
    try (LoadedModel model = open(node("Identity"), type, type)) {
      for (int rows : new int[] {3, 1, 0}) {
        TensorValue value = value(type, rows);
        assertThat(model.run("serving_default", Map.of("x", value), List.of("y")))
            .containsExactly(Map.entry("y", value));
      }
      assertThatThrownBy(() -> model.run("serving_default", Map.of(), List.of("y")))
          .hasMessageContaining("'x' is missing");
    }
  }

  /** Rows of two elements. */
  private static TensorValue value(ValueType type, int rows) {
    if (type == ValueType.STRING) {
      return TensorValue.ofStrings(
          List.of("a", "", "ö", "d", "e", "f").subList(0, 2 * rows), rows, 2);
    }
    byte[] bytes = new byte[2 * rows * type.bytes()];
    new Random(5).nextBytes(bytes);
    for (int i = 0; i < bytes.length && type == ValueType.BOOL; i++) {
      bytes[i] &= 1;
    }
    return TensorValue.of(type, ByteBuffer.wrap(bytes), rows, 2);
  }

  @ParameterizedTest
  @EnumSource(
      value = ValueType.class,
      names = {"UINT16", "UINT32", "UINT64"})
  void numbersWithoutASignAreGiven(ValueType type) throws IOException {
    OnnxBytes cast =
        node("Cast")
            .message(5, OnnxBytes.message().text(1, "to").number(3, dataType(type)).number(20, 2));
    try (LoadedModel model = open(cast, ValueType.INT64, type)) {
      TensorValue minus = TensorValue.ofLongs(new long[] {0, 1, -1, -2, 7, 65_535}, 3, 2);
      TensorValue given = model.run("serving_default", Map.of("x", minus), List.of("y")).get("y");
      assertThat(given.type()).isEqualTo(type);
      switch (type) {
        case UINT16 -> assertThat(given.shorts()).containsExactly(0, 1, -1, -2, 7, -1);
        case UINT32 -> assertThat(given.ints()).containsExactly(0, 1, -1, -2, 7, 65_535);
        default -> assertThat(given.longs()).containsExactly(0, 1, -1, -2, 7, 65_535);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ValueType.class,
      names = {"UINT16", "UINT32", "UINT64"})
  void andAreNotTaken(ValueType type) {
    assertThatThrownBy(() -> open(node("Identity"), type, type).close())
        .isInstanceOf(RefusedModelException.class)
        .hasMessageContaining(
            "shape: input 'x' is of "
                + type
                + ", which ONNX Runtime's Java interface does not make. Give the model an input of"
                + " int64, and cast it there");
  }
}
