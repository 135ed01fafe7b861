package io.kindling.cluster.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A frame as bytes, little-endian because the machines are.
 *
 * <pre>
 *   0  checksum  CRC32C of all that follows; 0 in a sealed frame, whose tag covers more
 *   4  step      8 bytes
 *  12  part      4 bytes
 *  16  type      1 byte, then 3 bytes of zero
 *  20  payload
 * </pre>
 */
final class FrameCodec {

  static final int HEADER_BYTES = 20;
  static final int MAX_BYTES = HEADER_BYTES + Frame.MAX_PAYLOAD;

  private static final int SMALLEST_BUFFER = 4096;

  private FrameCodec() {}

  /** Writes the frame from the buffer's position to its limit, which must fit it exactly. */
  static void write(FrameHeader header, Payload payload, ByteBuffer buffer) {
    int start = buffer.position();
    buffer.putLong(start + 4, header.step());
    buffer.putInt(start + 12, header.part());
    buffer.putInt(start + 16, header.type() & 0xFF);
    ByteBuffer content = buffer.slice(start + HEADER_BYTES, header.length());
    payload.writeTo(content.order(ByteOrder.LITTLE_ENDIAN));
    buffer.putInt(start, 0);
  }

  /** Sets the checksum of a frame that has been written. */
  static void addChecksum(ByteBuffer buffer) {
    buffer.putInt(buffer.position(), checksum(buffer));
  }

  /** Reads the frame from position to limit; its payload is a view of the buffer. */
  static Frame read(ByteBuffer buffer) throws CorruptFrame {
    int start = buffer.position();
    int length = buffer.remaining() - HEADER_BYTES;
    if (length < 0) {
      throw new CorruptFrame("a frame of " + buffer.remaining() + " bytes is too short");
    }

    ByteBuffer payload = buffer.slice(start + HEADER_BYTES, length);
    return new Frame(
        buffer.get(start + 16),
        buffer.getLong(start + 4),
        buffer.getInt(start + 12),
        payload.order(ByteOrder.LITTLE_ENDIAN));
  }

  /** Whether what arrived, at least a header, is what was sent. */
  static void verifyChecksum(ByteBuffer buffer) throws CorruptFrame {
    if (buffer.getInt(buffer.position()) != checksum(buffer)) {
      int length = buffer.remaining() - HEADER_BYTES;
      throw new CorruptFrame("a frame of " + length + " bytes does not match its CRC32C checksum");
    }
  }

  /** The buffer with room for so many bytes: itself, or a larger one of its kind, empty. */
  static ByteBuffer withRoom(ByteBuffer buffer, int bytes) {
    if (buffer.capacity() >= bytes) {
      return buffer.clear().limit(bytes);
    }

    int capacity = Math.max(SMALLEST_BUFFER, Integer.highestOneBit(bytes - 1) << 1);
    ByteBuffer larger =
        buffer.isDirect() ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
    return larger.order(ByteOrder.LITTLE_ENDIAN).limit(bytes);
  }

  private static int checksum(ByteBuffer buffer) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.slice(buffer.position() + 4, buffer.remaining() - 4));
    return (int) crc.getValue();
  }
}
