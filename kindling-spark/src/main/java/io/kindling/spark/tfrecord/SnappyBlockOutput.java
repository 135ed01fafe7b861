package io.kindling.spark.tfrecord;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.xerial.snappy.Snappy;

/**
 * Snappy as TensorFlow has it: blocks of a big-endian uint32, the compressed length, and raw Snappy
 * of so many bytes. TensorFlow reads blocks of at most 256 KiB, packed and unpacked. Owns its
 * stream.
 */
final class SnappyBlockOutput extends OutputStream {

  /** Half of what TensorFlow reads, as bytes that do not compress become more. */
  static final int BLOCK_BYTES = 128 << 10;

  private final OutputStream to;
  private final byte[] block = new byte[BLOCK_BYTES];
  private int filled;

  SnappyBlockOutput(OutputStream to) {
    this.to = to;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    for (int written = 0; written < count; ) {
      int part = Math.min(count - written, BLOCK_BYTES - filled);
      System.arraycopy(bytes, from + written, block, filled, part);
      filled += part;
      written += part;
      if (filled == BLOCK_BYTES) {
        writeBlock();
      }
    }
  }

  private void writeBlock() throws IOException {
    byte[] packed = new byte[Snappy.maxCompressedLength(filled)];
    int length = Snappy.compress(block, 0, filled, packed, 0);
    to.write(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
    to.write(packed, 0, length);
    filled = 0;
  }

  @Override
  public void flush() throws IOException {
    to.flush(); // A block is written when it is full: small ones compress badly.
  }

  @Override
  public void close() throws IOException {
    try (to) {
      if (filled > 0) {
        writeBlock();
      }
    }
  }
}
