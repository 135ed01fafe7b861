package io.kindling.predict;

/**
 * Floats of 16 bits, for which Java 17 has no type: {@code float16} of IEEE 754, with 5 bits of
 * exponent and 10 of mantissa, and {@code bfloat16}, the upper half of a float. Both are read
 * exactly, and rounded to the nearest when written, ties to even; what is too large becomes
 * infinite.
 */
public final class Half {

  private static final int INFINITE = 0x7c00;
  private static final int NOT_A_NUMBER = 0x7e00;
  private static final float SMALLEST_NORMAL = 0x1p-14f;

  /** Halfway between the largest float16, 65504, and what would follow it. */
  private static final float TOO_LARGE = 65520;

  /** Difference of the exponents' biases, 127 and 15. */
  private static final int REBIAS = 112;

  private Half() {}

  /** The float of the bits of a {@code float16}. */
  public static float ofFloat16(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = (half >> 10) & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0x1f) {
      return Float.intBitsToFloat(sign | 0x7f800000 | mantissa << 13);
    }
    if (exponent == 0) {
      // Subnormal: the mantissa counts steps of 2⁻²⁴.
      float magnitude = mantissa * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    return Float.intBitsToFloat(sign | (exponent + REBIAS) << 23 | mantissa << 13);
  }

  /** The bits of the nearest {@code float16}. */
  public static short toFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    float magnitude = Math.abs(value);
    if (Float.isNaN(value)) {
      return (short) (sign | NOT_A_NUMBER);
    }
    if (magnitude >= TOO_LARGE) {
      return (short) (sign | INFINITE);
    }
    if (magnitude < SMALLEST_NORMAL) {
      // Steps of 2⁻²⁴; 1024 of them are the smallest normal number, and its bits.
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24f));
    }
    // A carry out of the mantissa is one more of the exponent.
    int rounded = roundedUp(bits & 0x7fffffff, 13);
    return (short) (sign | ((rounded >>> 13) - (REBIAS << 10)));
  }

  /** The float of the bits of a {@code bfloat16}. */
  public static float ofBfloat16(short half) {
    return Float.intBitsToFloat(half << 16);
  }

  /** The bits of the nearest {@code bfloat16}. */
  public static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    return (short) (Float.isNaN(value) ? (bits >>> 16) | 0x40 : roundedUp(bits, 16) >>> 16);
  }

  /** What has the nearest number above its lowest bits, ties to even. */
  private static int roundedUp(int bits, int lowest) {
    return bits + (1 << (lowest - 1)) - 1 + ((bits >>> lowest) & 1);
  }
}
