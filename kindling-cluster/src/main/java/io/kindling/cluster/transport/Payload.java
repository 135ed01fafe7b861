package io.kindling.cluster.transport;

import java.nio.ByteBuffer;

/** Writes a frame's content straight into the buffer it leaves from. */
@FunctionalInterface
public interface Payload {

  /**
   * Fills the buffer.
   *
   * @param buffer little-endian, with exactly the header's length remaining; not to be kept
   */
  void writeTo(ByteBuffer buffer);

  /** No content. */
  static Payload empty() {
    return buffer -> {};
  }

  /** The bytes as they are. */
  static Payload of(byte[] bytes) {
    return buffer -> buffer.put(bytes);
  }
}
