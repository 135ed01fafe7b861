package io.kindling.predict;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfTest {

  @Test
  void everyHalfIsItselfAgain() {
    for (int bits = 0; bits <= 0xffff; bits++) {
      short half = (short) bits;
      if (!Float.isNaN(Half.ofFloat16(half))) {
        assertThat(Half.toFloat16(Half.ofFloat16(half))).isEqualTo(half);
      }
      if (!Float.isNaN(Half.ofBfloat16(half))) {
        assertThat(Half.toBfloat16(Half.ofBfloat16(half))).isEqualTo(half);
      }
    }
    assertThat(Half.ofFloat16(Half.toFloat16(Float.NaN))).isNaN();
    assertThat(Half.ofBfloat16(Half.toBfloat16(Float.intBitsToFloat(0x7f800001)))).isNaN();
  }

  /** Between any two that follow each other, the nearer one, and half-way the even one. */
  @Test
  void whatLiesBetweenGoesToTheNearest() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      float below = Half.ofFloat16((short) bits);
      float above = Half.ofFloat16((short) (bits + 1));
      float middle = (below + above) / 2;
      int even = bits + bits % 2;
      assertThat(Half.toFloat16(middle)).isEqualTo((short) even);
      assertThat(Half.toFloat16(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Half.toFloat16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
      assertThat(Half.toFloat16(-middle)).isEqualTo((short) (even | 0x8000));
    }
    for (int bits = 0x0080; bits < 0x7f7f; bits++) {
      float middle = Float.intBitsToFloat(bits << 16 | 0x8000);
      assertThat(Half.toBfloat16(middle)).isEqualTo((short) (bits + bits % 2));
      assertThat(Half.toBfloat16(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Half.toBfloat16(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "-0.0, -0.0",
    "65504, 65504",
    "65519.996, 65504",
    "65520, Infinity",
    "-1e30, -Infinity",
    "Infinity, Infinity",
    "6e-8, 5.9604645e-8",
    "2e-8, 0"
  })
  void knownFloat16(float value, float expected) {
    assertThat(Half.ofFloat16(Half.toFloat16(value))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1.00390625, 1",
    "1.01171875, 1.015625",
    "3.4028235e38, Infinity",
    "-Infinity, -Infinity",
    "3.1415927, 3.140625"
  })
  void knownBfloat16(float value, float expected) {
    assertThat(Half.ofBfloat16(Half.toBfloat16(value))).isEqualTo(expected);
  }
}
