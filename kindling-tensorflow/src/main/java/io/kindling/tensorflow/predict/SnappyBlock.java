package io.kindling.tensorflow.predict;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Unpacks what Snappy has packed: its length, then pieces that are either written out or repeat
 * what stands up to 4 GB before. Takes no more memory than the bytes can stand for.
 *
 * <p>Source: Snappy's {@code format_description.txt}.
 */
final class SnappyBlock {

  /** Three bytes repeat 64 at most. */
  private static final int MOST_RATIO = 22;

  private final ByteBuffer packed;
  private final ByteBuffer out;

  private SnappyBlock(ByteBuffer packed, int length) {
    this.packed = packed;
    this.out = ByteBuffer.allocate(length);
  }

  /** Empty if it is damaged, or states another length than it has. */
  static Optional<ByteBuffer> unpacked(ByteBuffer block) {
    ByteBuffer packed = block.slice().order(ByteOrder.LITTLE_ENDIAN);
    try {
      long length = 0;
      int shift = 0;
      byte part;
      do {
        part = packed.get();
        length |= (long) (part & 0x7f) << shift;
        shift += 7;
      } while (part < 0 && shift < 35);
      if (part < 0 || length > (long) MOST_RATIO * packed.remaining()) {
        return Optional.empty();
      }
      SnappyBlock snappy = new SnappyBlock(packed, (int) length);
      while (packed.hasRemaining()) {
        snappy.unpackPiece();
      }
      return snappy.out.hasRemaining() ? Optional.empty() : Optional.of(snappy.out.flip());
    } catch (BufferUnderflowException | BufferOverflowException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private void unpackPiece() {
    int tag = Byte.toUnsignedInt(packed.get());
    int high = tag >> 2;
    switch (tag & 3) {
      case 0 -> writeOut(high < 60 ? high + 1L : number(high - 59) + 1);
      case 1 -> repeat(4 + (high & 7), ((long) (tag >> 5) << 8) | number(1));
      case 2 -> repeat(high + 1, number(2));
      default -> repeat(high + 1, number(4));
    }
  }

  private long number(int bytes) {
    long number = 0;
    for (int i = 0; i < bytes; i++) {
      number |= Byte.toUnsignedLong(packed.get()) << (8 * i);
    }
    return number;
  }

  private void writeOut(long length) {
    if (length > packed.remaining()) {
      throw new BufferUnderflowException();
    }
    out.put(packed.slice(packed.position(), (int) length));
    packed.position(packed.position() + (int) length);
  }

  /** What is repeated may be what this writes. */
  private void repeat(int length, long back) {
    if (back == 0 || back > out.position()) {
      throw new BufferUnderflowException();
    }
    for (int i = 0; i < length; i++) {
      out.put(out.get(out.position() - (int) back));
    }
  }
}
