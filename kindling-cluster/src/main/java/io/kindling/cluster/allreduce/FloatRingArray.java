package io.kindling.cluster.allreduce;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/** Floats, copied to and from buffers in bulk: no call per element, and sums in plain loops. */
final class FloatRingArray implements RingArray {

  private final float[] data;
  private final SumBlock block;

  /** Wraps the array. */
  FloatRingArray(float[] data, SumBlock block) {
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
    for (int start = from; start < to; start += SumBlock.LENGTH) {
      int length = Math.min(SumBlock.LENGTH, to - start);
      floats.get(block.terms, 0, length);
      block.addTo(data, start, length);
    }
  }
}
