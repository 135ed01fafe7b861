package io.kindling.spark.tfrecord;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The records of a stream, one after another, with their checksums checked:
 *
 * <pre>
 *   uint64 length, uint32 masked CRC of the length, bytes, uint32 masked CRC of the bytes
 * </pre>
 *
 * <p>All numbers are little-endian. A record lies in the buffer until the next one is asked for.
 * The buffer grows with what has arrived, never with what is declared. Owns its stream; belongs to
 * one thread.
 */
final class RecordInput implements Closeable {

  static final int HEADER_BYTES = 12;
  static final int FOOTER_BYTES = 4;

  private static final int BUFFER_BYTES = 256 << 10;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final InputStream stream;
  private final int maxRecordBytes;
  private final MaskedCrc crc = new MaskedCrc();

  private byte[] buffer = new byte[BUFFER_BYTES];
  private int begin;
  private int end;
  private long position; // of the record, in the stream
  private long next; // position behind it
  private int start;
  private int length;

  /**
   * @param stream of records; uncompressed
   * @param maxRecordBytes the longest record to accept
   */
  RecordInput(InputStream stream, int maxRecordBytes) {
    this.stream = stream;
    this.maxRecordBytes = maxRecordBytes;
  }

  /** Whether {@code bytes} begin as a stream of records does. */
  static boolean isHeader(byte[] bytes, int count) {
    return count >= HEADER_BYTES
        && new MaskedCrc().of(bytes, 0, Long.BYTES) == (int) INT.get(bytes, Long.BYTES);
  }

  /**
   * Moves to the next record; false at the end of the stream.
   *
   * @throws CorruptRecordException if it is damaged; where that is not {@linkplain
   *     CorruptRecordException#isLast() the last}, this may be called again
   */
  boolean next() throws IOException {
    position = next;
    int available = require(HEADER_BYTES);
    if (available == 0) {
      return false;
    }
    if (available < HEADER_BYTES) {
      throw truncated("a record's head has %d bytes".formatted(HEADER_BYTES), available);
    }
    long declared = (long) LONG.get(buffer, begin);
    if (crc.of(buffer, begin, Long.BYTES) != (int) INT.get(buffer, begin + Long.BYTES)) {
      throw CorruptRecordException.ofRest(
          position == 0
              ? "it does not begin as TFRecord files do: the checksum of the first record's length is wrong"
              : "the checksum of its length is wrong, so that nobody knows where the next one begins");
    }
    if (declared < 0 || declared > maxRecordBytes) {
      skip(declared);
      throw CorruptRecordException.ofRecord(
          "it declares %s bytes, more than the %d that option 'maxRecordBytes' allows"
              .formatted(Long.toUnsignedString(declared), maxRecordBytes));
    }
    read((int) declared);
    return true;
  }

  private void read(int declared) throws IOException {
    int whole = HEADER_BYTES + declared + FOOTER_BYTES;
    int available = require(whole);
    if (available < whole) {
      throw truncated("a record has %d bytes".formatted(whole), available);
    }
    start = begin + HEADER_BYTES;
    length = declared;
    begin += whole;
    next = position + whole;
    if (crc.of(buffer, start, length) != (int) INT.get(buffer, start + length)) {
      throw CorruptRecordException.ofRecord("the checksum of its bytes is wrong");
    }
  }

  private void skip(long declared) throws IOException {
    long whole = HEADER_BYTES + declared + FOOTER_BYTES;
    if (declared < 0 || whole < 0) {
      throw CorruptRecordException.ofRest(
          "it declares %s bytes".formatted(Long.toUnsignedString(declared)));
    }
    for (long left = whole; left > 0; ) {
      int available = require((int) Math.min(left, BUFFER_BYTES));
      if (available == 0) {
        throw truncated("a record has %d bytes".formatted(whole), whole - left);
      }
      int skipped = (int) Math.min(left, available);
      begin += skipped;
      left -= skipped;
    }
    next = position + whole;
  }

  private static CorruptRecordException truncated(String what, long available) {
    return CorruptRecordException.ofRest(
        "%s, but the file ends after %d of them".formatted(what, available));
  }

  /**
   * Has so many bytes lie in a row from {@code begin} on; the number there are, fewer at the end.
   */
  private int require(int bytes) throws IOException {
    while (end - begin < bytes) {
      makeRoom(bytes);
      int read = stream.read(buffer, end, buffer.length - end);
      if (read < 0) {
        break;
      }
      end += read;
    }
    return end - begin;
  }

  private void makeRoom(int bytes) {
    if (begin > 0 && (begin == end || buffer.length - begin < bytes)) {
      System.arraycopy(buffer, begin, buffer, 0, end - begin);
      end -= begin;
      begin = 0;
    }
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(bytes, 2L * buffer.length));
    }
  }

  /** The buffer that the record lies in. */
  byte[] bytes() {
    return buffer;
  }

  /** Where it begins in {@link #bytes}. */
  int start() {
    return start;
  }

  /** How long it is. */
  int length() {
    return length;
  }

  /** Where the record, or what is damaged, begins in the uncompressed stream. */
  long position() {
    return position;
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
