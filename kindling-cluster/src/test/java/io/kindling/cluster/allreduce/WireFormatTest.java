package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.training.WireFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireFormatTest {

  private static final int PATTERNS = 1 << 16;

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void keepsEveryNumberOfTheFormat(WireFormat format) {
    for (int half = 0; half < PATTERNS; half++) {
      float expected = value(format, half);
      float found = roundTrip(format, expected)[0];
      if (Float.isNaN(expected)) {
        assertThat(found).isNaN();
      } else {
        assertThat(Float.floatToRawIntBits(found))
            .as("pattern %x", half)
            .isEqualTo(Float.floatToRawIntBits(expected));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void roundsToTheNearestAndTiesToEven(WireFormat format) {
    int largest = format == WireFormat.BFLOAT16 ? 0x7f7f : 0x7bff;
    for (int half = 0; half < largest; half++) {
      float below = value(format, half);
      float above = value(format, half + 1);
      // Exact, unless the format's smallest steps are the floats' own.
      float middle = (float) (((double) below + above) / 2);
      float even = half % 2 == 0 ? below : above;
      float[] found =
          roundTrip(
              format,
              middle,
              Math.nextDown(middle),
              Math.nextUp(middle),
              -middle,
              -Math.nextDown(middle),
              -Math.nextUp(middle));
      assertThat(found)
          .as("between %s and %s", below, above)
          .containsExactly(even, below, above, -even, -below, -above);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void whatWasDecodedIsEncodedToTheSameBits(WireFormat format) {
    Random random = new Random(3);
    float[] any = new float[HalfCodec.BLOCK];
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < any.length; i++) {
        any[i] = Float.intBitsToFloat(random.nextInt());
      }
      float[] once = roundTrip(format, any);
      float[] twice = roundTrip(format, once);
      for (int i = 0; i < any.length; i++) {
        assertThat(Float.floatToRawIntBits(twice[i])).isEqualTo(Float.floatToRawIntBits(once[i]));
        assertThat(Float.isNaN(once[i])).isEqualTo(Float.isNaN(any[i]));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void blocksOfEveryLengthComeBackInOrder(WireFormat format) {
    for (int length : new int[] {0, 1, 2, 3, 7, 8, 255, HalfCodec.BLOCK - 1, HalfCodec.BLOCK}) {
      float[] numbers = new float[length];
      for (int i = 0; i < length; i++) {
        numbers[i] = i % 251;
      }
      assertThat(roundTrip(format, numbers)).isEqualTo(numbers);
    }
  }

  @Test
  void float16SaturatesAndKeepsInfinity() {
    assertThat(
            roundTrip(
                WireFormat.FLOAT16,
                65504,
                65519.9f,
                65520,
                -1e30f,
                Float.MAX_VALUE,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY))
        .containsExactly(
            65504, 65504, 65504, -65504, 65504, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
  }

  @Test
  void float16RoundsTheSmallestNumbers() {
    float smallest = 0x1p-24f;
    float[] found =
        roundTrip(
            WireFormat.FLOAT16,
            0,
            -0f,
            smallest,
            smallest / 2,
            Math.nextUp(smallest / 2),
            -Math.nextUp(smallest / 2),
            1.5f * smallest,
            Math.nextDown(0x1p-14f),
            Float.MIN_VALUE);
    assertThat(found)
        .containsExactly(0, -0f, smallest, 0, smallest, -smallest, 2 * smallest, 0x1p-14f, 0);
    assertThat(Float.floatToRawIntBits(found[1])).isEqualTo(0x80000000);
  }

  @Test
  void bfloat16SaturatesAndKeepsInfinity() {
    float largest = Float.intBitsToFloat(0x7f7f0000);
    assertThat(
            roundTrip(
                WireFormat.BFLOAT16, Float.MAX_VALUE, -Float.MAX_VALUE, Float.POSITIVE_INFINITY))
        .containsExactly(largest, -largest, Float.POSITIVE_INFINITY);
  }

  private static float[] roundTrip(WireFormat format, float... numbers) {
    HalfCodec codec = HalfCodec.of(format);
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    codec.encode(numbers, 0, numbers.length, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    float[] found = new float[numbers.length + 2];
    codec.decode(bytes.flip(), found, 1, numbers.length);
    float[] middle = new float[numbers.length];
    System.arraycopy(found, 1, middle, 0, numbers.length);
    assertThat(found[0] + found[found.length - 1]).isZero();
    return middle;
  }

  /** The number that sixteen bits mean, by the definition of the format. */
  private static float value(WireFormat format, int half) {
    int exponentBits = format == WireFormat.BFLOAT16 ? 8 : 5;
    int mantissaBits = 15 - exponentBits;
    int bias = (1 << (exponentBits - 1)) - 1;
    int exponent = (half >> mantissaBits) & ((1 << exponentBits) - 1);
    double mantissa = (half & ((1 << mantissaBits) - 1)) / (double) (1 << mantissaBits);
    double sign = half >= PATTERNS / 2 ? -1 : 1;
    if (exponent == (1 << exponentBits) - 1) {
      return (float) (mantissa == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN);
    }
    return (float)
        (sign
            * (exponent == 0
                ? mantissa * Math.pow(2, 1 - bias)
                : (1 + mantissa) * Math.pow(2, exponent - bias)));
  }
}
