package io.kindling.cluster.transport;

/**
 * What a frame is, before its payload.
 *
 * @param type the kind of message; the two ends of a link agree on what it means
 * @param step the training step the frame belongs to, so that a late frame is never taken for one
 *     of the current round
 * @param part the frame's number within its step
 * @param length the bytes of the payload, at most {@link Frame#MAX_PAYLOAD}
 */
public record FrameHeader(byte type, long step, int part, int length) {

  public FrameHeader {
    if (length < 0 || length > Frame.MAX_PAYLOAD) {
      throw new IllegalArgumentException(
          "Invalid payload of "
              + length
              + " bytes. A frame holds at most "
              + Frame.MAX_PAYLOAD
              + "; send more frames.");
    }
  }
}
