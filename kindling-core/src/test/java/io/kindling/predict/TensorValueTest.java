package io.kindling.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TensorValueTest {

  /** Every element type, three rows of one. */
  static Stream<TensorValue> threeRowsOfEveryType() {
    return Stream.of(
        TensorValue.ofShorts(ValueType.FLOAT16, new short[] {0x3c00, 0x4000, 0x4200}, 3, 1),
        TensorValue.ofShorts(ValueType.BFLOAT16, new short[] {0x3f80, 0x4000, 0x4040}, 3, 1),
        TensorValue.ofFloats(new float[] {1, 2, 3}, 3, 1),
        TensorValue.ofDoubles(new double[] {1, 2, 3}, 3, 1),
        TensorValue.ofBytes(ValueType.INT8, new byte[] {-1, 2, 3}, 3, 1),
        TensorValue.ofShorts(ValueType.INT16, new short[] {-1, 2, 3}, 3, 1),
        TensorValue.ofInts(new int[] {-1, 2, 3}, 3, 1),
        TensorValue.ofLongs(new long[] {-1, 2, 3}, 3, 1),
        TensorValue.ofBytes(ValueType.UINT8, new byte[] {-1, 2, 3}, 3, 1),
        TensorValue.ofShorts(ValueType.UINT16, new short[] {-1, 2, 3}, 3, 1),
        TensorValue.ofInts(ValueType.UINT32, new int[] {-1, 2, 3}, 3, 1),
        TensorValue.ofLongs(ValueType.UINT64, new long[] {-1, 2, 3}, 3, 1),
        TensorValue.ofBooleans(new boolean[] {true, false, true}, 3, 1),
        TensorValue.ofStrings(List.of("a", "", "çé"), 3, 1));
  }

  @Test
  void everyTypeIsInTheTable() {
    assertThat(threeRowsOfEveryType().map(TensorValue::type)).containsExactly(ValueType.values());
  }

  @ParameterizedTest
  @MethodSource("threeRowsOfEveryType")
  void rowsJoinedAgainAreTheWhole(TensorValue value) {
    assertThat(value.size()).isEqualTo(3);
    assertThat(value.rowCount()).isEqualTo(3);
    assertThat(value.rows(0, 0).size()).isZero();
    TensorValue again =
        TensorValue.concatenated(List.of(value.rows(0, 1), value.rows(1, 0), value.rows(1, 2)));
    assertThat(again).isEqualTo(value);
    assertThat(again.shape()).containsExactly(3, 1);
    assertThat(value.rows(1, 1)).isNotEqualTo(value.rows(2, 1));
  }

  @Test
  void givesElementsBack() {
    assertThat(TensorValue.ofFloats(new float[] {1, 2}, 2).floats()).containsExactly(1, 2);
    assertThat(TensorValue.ofDoubles(new double[] {1, 2}, 2).doubles()).containsExactly(1, 2);
    assertThat(TensorValue.ofInts(new int[] {-7}).ints()).containsExactly(-7);
    assertThat(TensorValue.ofLongs(new long[] {1L << 40}).longs()).containsExactly(1L << 40);
    assertThat(TensorValue.ofShorts(ValueType.INT16, new short[] {-3}).shorts())
        .containsExactly((short) -3);
    assertThat(TensorValue.ofBytes(ValueType.UINT8, new byte[] {-1}).byteElements())
        .containsExactly(-1);
    assertThat(TensorValue.ofShorts(ValueType.UINT16, new short[] {-1}).shorts())
        .containsExactly((short) -1);
    assertThat(TensorValue.ofInts(ValueType.UINT32, new int[] {-1}).ints()).containsExactly(-1);
    assertThat(TensorValue.ofLongs(ValueType.UINT64, new long[] {-1}).longs()).containsExactly(-1);
    assertThat(TensorValue.ofBooleans(new boolean[] {true, false}, 2).booleans())
        .containsExactly(true, false);
    assertThat(TensorValue.ofStrings(List.of("çé"), 1).strings()).containsExactly("çé");
    assertThat(TensorValue.ofBinary(List.of(new byte[] {0, -1}), 1).binaries().get(0))
        .containsExactly(0, -1);
  }

  @Test
  void neverReplacesWhatIsNoText() {
    TensorValue bytes = TensorValue.ofBinary(List.of(new byte[] {'a'}, new byte[] {'b', -1}), 2);
    assertThatThrownBy(bytes::strings)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "String 1 of 2 is not UTF-8: it begins with 62 ff. Read its bytes with binaries.");
    assertThatThrownBy(() -> TensorValue.ofStrings(List.of("a\ud83d"), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "String 0 of 1 holds half a surrogate pair, so it is no text. Give its bytes with"
                + " ofBinary.");
    List<String> texts = List.of("", "\ufffd", "😀", "a\u0000b");
    assertThat(TensorValue.ofStrings(texts, 4).strings()).isEqualTo(texts);
  }

  @Test
  void widensHalves() {
    short[] bits = {0x3c00, (short) 0xc000, 0x0001, 0x7bff, 0x7c00, (short) 0x8000, 0x7e00};
    float[] floats = TensorValue.ofShorts(ValueType.FLOAT16, bits, 7).floats();
    assertThat(floats)
        .containsExactly(1, -2, 0x1p-24f, 65504, Float.POSITIVE_INFINITY, -0.0f, Float.NaN);
    assertThat(
            TensorValue.ofShorts(ValueType.BFLOAT16, new short[] {0x3f80, (short) 0xc049}, 2)
                .floats())
        .containsExactly(1, -3.140625f);
  }

  @Test
  void looksAtABufferFromPositionToLimit() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    buffer.asFloatBuffer().put(new float[] {1, 2, 3, 4});
    TensorValue value = TensorValue.of(ValueType.FLOAT32, buffer.position(4).limit(12), 2);
    assertThat(value.floats()).containsExactly(2, 3);
    assertThat(value.data().isDirect()).isTrue();
    assertThat(value.data().isReadOnly()).isTrue();
    TensorValue copy = value.copied();
    buffer.putFloat(4, 9);
    assertThat(value.floats()).containsExactly(9, 3);
    assertThat(copy.floats()).containsExactly(2, 3);
  }

  @Test
  void takesScalarsAndNoRows() {
    assertThat(TensorValue.ofFloats(new float[] {5}).rank()).isZero();
    assertThat(TensorValue.ofFloats(new float[0], 0, 7, 3).size()).isZero();
    assertThat(TensorValue.ofStrings(List.of(), 0).size()).isZero();
  }

  @Test
  void rejectsWhatDoesNotFit() {
    assertThatThrownBy(() -> TensorValue.ofFloats(new float[3], 2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid value: shape [2, 2] has 4 elements, but 3 are given.");
    assertThatThrownBy(() -> TensorValue.ofFloats(new float[3], -1))
        .hasMessage("Invalid shape [-1]. Every dimension of a value is known.");
    assertThatThrownBy(() -> TensorValue.ofFloats(new float[3], 1L << 40, 1L << 40))
        .hasMessageContaining("more elements than can be");
    assertThatThrownBy(() -> TensorValue.of(ValueType.FLOAT32, ByteBuffer.allocate(5), 1))
        .hasMessageContaining("5 bytes are no whole number of elements of float32");
    assertThatThrownBy(() -> TensorValue.of(ValueType.STRING, ByteBuffer.allocate(5), 1))
        .hasMessageContaining("Use ofStrings or ofBinary");
    assertThatThrownBy(() -> TensorValue.ofInts(new int[1], 1).floats())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Elements of int32 cannot be read as floats.");
    assertThatThrownBy(
            () ->
                TensorValue.concatenated(
                    List.of(
                        TensorValue.ofInts(new int[1], 1, 1),
                        TensorValue.ofInts(new int[2], 1, 2))))
        .hasMessage("Cannot join the rows of int32[1, 1] and int32[1, 2]: they differ.");
  }
}
