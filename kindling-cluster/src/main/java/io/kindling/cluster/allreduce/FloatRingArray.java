package io.kindling.cluster.allreduce;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Floats, copied to and from buffers in bulk: no call per element, and sums in plain loops. */
final class FloatRingArray implements RingArray {

  /** 16 KiB, which stays in the first-level cache between the copy and the sum. */
  static final int BLOCK = 4096;

  private final float[] data;
  private final float[] block;

  /**
   * Wraps the array.
   *
   * @param block scratch space of {@link #BLOCK} elements
   */
  FloatRingArray(float[] data, float[] block) {
    this.data = data;
    this.block = block;
  }

  @Override
  public byte frameType() {
    return Round.FLOATS;
  }

  @Override
  public int bytesPerElement() {
    return Float.BYTES;
  }

  @Override
  public void write(int from, int to, ByteBuffer buffer) {
    buffer.asFloatBuffer().put(data, from, to - from);
  }

  @Override
  public void replace(int from, int to, ByteBuffer buffer) {
    buffer.asFloatBuffer().get(data, from, to - from);
  }

  @Override
  public void add(int from, int to, ByteBuffer buffer) {
    FloatBuffer floats = buffer.asFloatBuffer();
    for (int start = from; start < to; start += block.length) {
      int length = Math.min(block.length, to - start);
      floats.get(block, 0, length);
      add(block, data, start, length);
    }
  }

  static void add(float[] terms, float[] sums, int start, int length) {
    for (int i = 0; i < length; i++) {
      sums[start + i] += terms[i];
    }
  }
}
