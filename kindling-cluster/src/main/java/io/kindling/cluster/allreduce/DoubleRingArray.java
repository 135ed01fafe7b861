package io.kindling.cluster.allreduce;

import java.nio.ByteBuffer;

/** Doubles, which are only gathered and summed by their owner. */
final class DoubleRingArray implements RingArray {

  private final double[] data;

  DoubleRingArray(double[] data) {
    this.data = data;
  }

  @Override
  public byte frameType() {
    return Round.DOUBLES;
  }

  @Override
  public int bytesPerElement() {
    return Double.BYTES;
  }

  @Override
  public void write(int from, int to, ByteBuffer buffer) {
    buffer.asDoubleBuffer().put(data, from, to - from);
  }

  @Override
  public void replace(int from, int to, ByteBuffer buffer) {
    buffer.asDoubleBuffer().get(data, from, to - from);
  }

  @Override
  public void add(int from, int to, ByteBuffer buffer) {
    throw new UnsupportedOperationException("Doubles are gathered, not reduced on the way.");
  }
}
