package io.kindling.cluster.allreduce;

import java.nio.ByteBuffer;

/** The sign, the exponent and the first seven bits of the mantissa of a float. */
final class Bfloat16Codec implements HalfCodec {

  private static final int LARGEST_FLOAT = 0x7f7fffff;
  private static final int INFINITE_FLOAT = 0x7f800000;
  private static final int LARGEST = 0x7f7f;
  private static final int QUIET = 0x40; // keeps a NaN a NaN whose first bits are zeros

  private final HalfBlock block = new HalfBlock();

  @Override
  public void encode(float[] from, int start, int length, ByteBuffer to) {
    block.split(from, start, length);
    pack(block.low, block.high, block.words, HalfBlock.words(length));
    block.write(to, length);
  }

  @Override
  public void decode(ByteBuffer from, float[] to, int start, int length) {
    block.read(from, length);
    unpack(block.words, block.low, block.high, HalfBlock.words(length));
    block.join(to, start, length);
  }

  private static void pack(int[] low, int[] high, int[] words, int count) {
    for (int i = 0; i < count; i++) {
      words[i] = round(low[i]) | (round(high[i]) << 16);
    }
  }

  private static void unpack(int[] words, int[] low, int[] high, int count) {
    for (int i = 0; i < count; i++) {
      low[i] = words[i] << 16;
      high[i] = words[i] & 0xffff0000;
    }
  }

  /**
   * The sixteen bits for those of a float. Without branches, which would keep the loop from being
   * vectorised: a mask is all ones where its condition holds.
   */
  private static int round(int bits) {
    int magnitude = bits & 0x7fffffff;
    int nearest = (magnitude + 0x7fff + ((magnitude >>> 16) & 1)) >>> 16;
    int isOver = (LARGEST - nearest) >> 31;
    int finite = (nearest & ~isOver) | (LARGEST & isOver);
    int isSpecial = (LARGEST_FLOAT - magnitude) >> 31;
    int isNan = (INFINITE_FLOAT - magnitude) >> 31;
    int special = (magnitude >>> 16) | (QUIET & isNan);
    return (finite & ~isSpecial) | (special & isSpecial) | ((bits >>> 16) & 0x8000);
  }
}
