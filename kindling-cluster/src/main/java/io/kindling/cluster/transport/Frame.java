package io.kindling.cluster.transport;

import java.nio.ByteBuffer;

/**
 * One message as it arrived, checked.
 *
 * @param payload little-endian, from position to limit; borrowed from the link and overwritten by
 *     its next receive
 */
public record Frame(byte type, long step, int part, ByteBuffer payload) {

  /** Bytes a frame can carry. A longer length on the wire ends the link before any allocation. */
  public static final int MAX_PAYLOAD = 1 << 20;

  /** The payload as an array of its own. */
  public byte[] bytes() {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(payload.position(), bytes);
    return bytes;
  }
}
