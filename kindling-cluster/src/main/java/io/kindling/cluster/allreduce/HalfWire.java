package io.kindling.cluster.allreduce;

import io.kindling.training.WireFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an all-reduce needs to send a short format again and again: codecs for the thread that sends
 * and for the one that receives, and their scratch space.
 */
final class HalfWire {

  final WireFormat format;
  final HalfCodec outgoing;
  final HalfCodec incoming;

  /** Of the thread that receives, as are the bytes. */
  final float[] block = new float[HalfCodec.BLOCK];

  final ByteBuffer bytes =
      ByteBuffer.allocateDirect(HalfCodec.BLOCK * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  HalfWire(WireFormat format) {
    this.format = format;
    this.outgoing = HalfCodec.of(format);
    this.incoming = HalfCodec.of(format);
  }
}
