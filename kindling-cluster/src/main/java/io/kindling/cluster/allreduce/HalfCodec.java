package io.kindling.cluster.allreduce;

import io.kindling.training.WireFormat;
import java.nio.ByteBuffer;

/**
 * Turns floats into sixteen bits each and back, a block at a time. What is decoded and encoded
 * again has the same bits. Belongs to one thread.
 *
 * <p>Java 17 has no instruction for it, and vectorises neither loops that look at the bits of
 * floats nor loops over arrays whose elements differ in width. So a block becomes ints by copies
 * that stay in the cache, and all loops are over ints: word k of a block of n holds element k in
 * its lower half and element k + ⌈n / 2⌉ in its upper half.
 */
interface HalfCodec {

  /** The floats of a block. */
  int BLOCK = 4096;

  /** A codec of a format of sixteen bits, for one thread. */
  static HalfCodec of(WireFormat format) {
    return switch (format) {
      case BFLOAT16 -> new Bfloat16Codec();
      case FLOAT16 -> new Float16Codec();
      case FLOAT32 -> throw new IllegalStateException("Float32 needs no codec.");
    };
  }

  /**
   * Rounds and writes a block.
   *
   * @param length at most {@link #BLOCK}
   * @param to little-endian; takes {@code 2 × length} bytes
   */
  void encode(float[] from, int start, int length, ByteBuffer to);

  /** Reads a block of the same length as it was written. */
  void decode(ByteBuffer from, float[] to, int start, int length);
}
