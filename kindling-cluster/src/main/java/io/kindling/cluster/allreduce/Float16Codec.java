package io.kindling.cluster.allreduce;

import java.nio.ByteBuffer;

/**
 * IEEE 754 binary16: a sign, five bits of exponent with a bias of 15, ten bits of mantissa.
 *
 * <p>Numbers of 2⁻¹⁴ and above are rounded in their bits, as those of bfloat16 are. Smaller ones
 * are multiples of 2⁻²⁴: adding 0.5, whose last bit is worth just as much, makes the processor
 * round them, and the bits beyond those of 0.5 are the multiple. The way back subtracts what the
 * addition of an implicit leading bit has put in.
 */
final class Float16Codec implements HalfCodec {

  private static final int LARGEST_FLOAT = 0x7f7fffff;
  private static final int INFINITE_FLOAT = 0x7f800000;
  private static final int ONE_HALF = 0x3f000000; // the bits of 0.5f
  private static final int REBIAS = (127 - 15) << 23;
  private static final int SMALLEST_NORMAL = REBIAS + (1 << 23); // the bits of 2⁻¹⁴
  private static final int LARGEST = 0x7bff;
  private static final int INFINITE = 0x7c00;
  private static final int QUIET = 0x200; // keeps a NaN a NaN whose first bits are zeros

  private final HalfBlock block = new HalfBlock();
  private final HalfBlock aside = new HalfBlock();
  private final float[] floats = new float[BLOCK];
  private final float[] excess = new float[BLOCK];

  @Override
  public void encode(float[] from, int start, int length, ByteBuffer to) {
    block.split(from, start, length);
    System.arraycopy(from, start, floats, 0, length);
    raise(floats, length);
    aside.split(floats, 0, length);
    pack(block.low, block.high, aside.low, aside.high, block.words, HalfBlock.words(length));
    block.write(to, length);
  }

  @Override
  public void decode(ByteBuffer from, float[] to, int start, int length) {
    block.read(from, length);
    int count = HalfBlock.words(length);
    unpackLow(block.words, block.low, aside.low, count);
    unpackHigh(block.words, block.high, aside.high, count);
    block.join(floats, 0, length);
    aside.join(excess, 0, length);
    subtract(floats, excess, length);
    System.arraycopy(floats, 0, to, start, length);
  }

  private static void raise(float[] floats, int length) {
    for (int i = 0; i < length; i++) {
      floats[i] = Math.abs(floats[i]) + 0.5f;
    }
  }

  private static void subtract(float[] floats, float[] excess, int length) {
    for (int i = 0; i < length; i++) {
      floats[i] -= excess[i];
    }
  }

  private static void pack(
      int[] low, int[] high, int[] raisedLow, int[] raisedHigh, int[] words, int count) {
    for (int i = 0; i < count; i++) {
      words[i] = round(low[i], raisedLow[i]) | (round(high[i], raisedHigh[i]) << 16);
    }
  }

  private static void unpackLow(int[] words, int[] low, int[] excess, int count) {
    for (int i = 0; i < count; i++) {
      low[i] = widen(words[i] & 0xffff);
      excess[i] = excess(words[i] & 0xffff);
    }
  }

  private static void unpackHigh(int[] words, int[] high, int[] excess, int count) {
    for (int i = 0; i < count; i++) {
      high[i] = widen(words[i] >>> 16);
      excess[i] = excess(words[i] >>> 16);
    }
  }

  /**
   * The sixteen bits for those of a float. A mask is all ones where its condition holds.
   *
   * @param raised the bits of the float's magnitude plus 0.5
   */
  private static int round(int bits, int raised) {
    int magnitude = bits & 0x7fffffff;
    int nearest = (magnitude - REBIAS + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    int isOver = (LARGEST - nearest) >> 31;
    int normal = (nearest & ~isOver) | (LARGEST & isOver);
    int isSmall = (magnitude - SMALLEST_NORMAL) >> 31;
    int finite = (normal & ~isSmall) | ((raised - ONE_HALF) & isSmall);
    int isSpecial = (LARGEST_FLOAT - magnitude) >> 31;
    int isNan = (INFINITE_FLOAT - magnitude) >> 31;
    int special = INFINITE | ((QUIET | ((magnitude >>> 13) & 0x3ff)) & isNan);
    return (finite & ~isSpecial) | (special & isSpecial) | ((bits >>> 16) & 0x8000);
  }

  /** The bits of the float from which {@link #excess} is to be subtracted. */
  private static int widen(int half) {
    int magnitude = half & 0x7fff;
    int isZero = (magnitude - 1) >> 31;
    int isSmall = ((magnitude - 0x400) >> 31) & ~isZero;
    int isSpecial = (LARGEST - magnitude) >> 31;
    int bits = (magnitude << 13) + REBIAS + (REBIAS & isSpecial) + ((1 << 23) & isSmall);
    return (bits & ~isZero) | ((half & 0x8000) << 16);
  }

  /** The bits of 2⁻¹⁴ with the number's sign where its leading bit is not implied, else of 0. */
  private static int excess(int half) {
    int magnitude = half & 0x7fff;
    int isSmall = ((magnitude - 0x400) >> 31) & ~((magnitude - 1) >> 31);
    return (SMALLEST_NORMAL | ((half & 0x8000) << 16)) & isSmall;
  }
}
