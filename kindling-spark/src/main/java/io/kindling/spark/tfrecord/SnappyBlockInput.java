package io.kindling.spark.tfrecord;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.SnappyCodec;
import org.xerial.snappy.Snappy;

/** Blocks of {@link SnappyBlockOutput}, unpacked. Owns its stream. */
final class SnappyBlockInput extends InputStream {

  /** Writers of both formats make blocks of 256 KiB at most; more is no block. */
  private static final int MOST_BLOCK_BYTES = 16 << 20;

  private static final int HEAD_BYTES = 5;

  private final InputStream from;
  private byte[] block = new byte[0];
  private int at;
  private int end;

  private SnappyBlockInput(InputStream from) {
    this.from = from;
  }

  /**
   * Unpacks TensorFlow's blocks, or Hadoop's, which other connectors for Spark write. Hadoop's have
   * two lengths before the bytes; below 16 MiB, the second one begins with a zero, where
   * TensorFlow's have the unpacked length, which is none.
   */
  static InputStream open(InputStream packed, Configuration configuration) throws IOException {
    PushbackInputStream stream = new PushbackInputStream(packed, HEAD_BYTES);
    byte[] head = new byte[HEAD_BYTES];
    int count = stream.readNBytes(head, 0, HEAD_BYTES);
    stream.unread(head, 0, count);
    if (count == HEAD_BYTES && head[HEAD_BYTES - 1] == 0) {
      SnappyCodec codec = new SnappyCodec();
      codec.setConf(configuration);
      return codec.createInputStream(stream);
    }
    return new SnappyBlockInput(stream);
  }

  @Override
  public int read() throws IOException {
    return fill() ? block[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int start, int count) throws IOException {
    if (count == 0) {
      return 0;
    } else if (!fill()) {
      return -1;
    }
    int part = Math.min(count, end - at);
    System.arraycopy(block, at, bytes, start, part);
    at += part;
    return part;
  }

  /** Whether there is a byte to read. */
  private boolean fill() throws IOException {
    while (at == end) {
      byte[] head = from.readNBytes(Integer.BYTES);
      if (head.length == 0) {
        return false;
      } else if (head.length < Integer.BYTES) {
        throw new EOFException("A block of Snappy ends within its length.");
      }
      unpack(ByteBuffer.wrap(head).getInt());
    }
    return true;
  }

  private void unpack(int length) throws IOException {
    requireBlock(length);
    byte[] packed = from.readNBytes(length);
    if (packed.length < length) {
      throw new EOFException(
          "A block of Snappy has %d bytes, of which %d are there."
              .formatted(length, packed.length));
    }
    int unpacked = Snappy.uncompressedLength(packed);
    requireBlock(unpacked);
    if (block.length < unpacked) {
      block = new byte[unpacked];
    }
    at = 0;
    end = Snappy.uncompress(packed, 0, length, block, 0);
  }

  private static void requireBlock(int bytes) throws IOException {
    if (bytes < 0 || bytes > MOST_BLOCK_BYTES) {
      throw new IOException(
          "A block of Snappy declares %d bytes, more than %d."
              .formatted(Integer.toUnsignedLong(bytes), MOST_BLOCK_BYTES));
    }
  }

  @Override
  public void close() throws IOException {
    from.close();
  }
}
