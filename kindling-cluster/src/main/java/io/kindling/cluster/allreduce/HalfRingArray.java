package io.kindling.cluster.allreduce;

import io.kindling.training.WireFormat;
import java.nio.ByteBuffer;

/**
 * Floats that travel as sixteen bits each and are added as floats.
 *
 * <p>An element is rounded once by each rank in a round: where the partial sum leaves it, or, in
 * the chunk that this rank completes, before the sum does. So all that the ranks lose together is
 * the difference between the exact sum and the one they end with.
 */
final class HalfRingArray implements RingArray {

  private final float[] data;
  private final float[] lost;
  private final HalfWire wire;

  /**
   * Wraps the array.
   *
   * @param lost takes, added at the place of each element, what {@link #round} cuts off
   */
  HalfRingArray(float[] data, float[] lost, HalfWire wire) {
    this.data = data;
    this.lost = lost;
    this.wire = wire;
  }

  @Override
  public byte frameType() {
    return wire.format == WireFormat.BFLOAT16 ? Round.BFLOATS : Round.HALF_FLOATS;
  }

  @Override
  public int bytesPerElement() {
    return Short.BYTES;
  }

  @Override
  public void round(int from, int to) {
    for (int start = from; start < to; start += HalfCodec.BLOCK) {
      int length = Math.min(HalfCodec.BLOCK, to - start);
      wire.incoming.encode(data, start, length, wire.bytes.clear());
      wire.incoming.decode(wire.bytes.flip(), wire.block, 0, length);
      settle(wire.block, start, length);
    }
  }

  @Override
  public void write(int from, int to, ByteBuffer buffer) {
    for (int start = from; start < to; start += HalfCodec.BLOCK) {
      wire.outgoing.encode(data, start, Math.min(HalfCodec.BLOCK, to - start), buffer);
    }
  }

  @Override
  public void replace(int from, int to, ByteBuffer buffer) {
    for (int start = from; start < to; start += HalfCodec.BLOCK) {
      wire.incoming.decode(buffer, data, start, Math.min(HalfCodec.BLOCK, to - start));
    }
  }

  @Override
  public void add(int from, int to, ByteBuffer buffer) {
    for (int start = from; start < to; start += HalfCodec.BLOCK) {
      int length = Math.min(HalfCodec.BLOCK, to - start);
      wire.incoming.decode(buffer, wire.block, 0, length);
      for (int i = 0; i < length; i++) {
        data[start + i] += wire.block[i];
      }
    }
  }

  private void settle(float[] rounded, int start, int length) {
    for (int i = 0; i < length; i++) {
      float loss = data[start + i] - rounded[i];
      // Of an infinity or a NaN nothing is lost, and the difference is no number.
      if (!Float.isNaN(loss)) {
        lost[start + i] += loss;
      }
      data[start + i] = rounded[i];
    }
  }
}
