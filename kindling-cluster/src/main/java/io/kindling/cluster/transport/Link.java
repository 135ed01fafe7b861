package io.kindling.cluster.transport;

/**
 * A connection between two parties that know the same secret, carrying frames both ways in order.
 *
 * <p>Any number of threads may send; one thread at a time may receive, concurrently with senders.
 * Whoever opened or accepted the link closes it. After any {@link LinkException} from a send, or
 * one from a receive other than a timeout, the link is closed.
 */
public interface Link extends AutoCloseable {

  /** Who is at the other end, proved by the secret. */
  Party peer();

  /** The other end for messages, with its address: {@code rank 2 (10.0.0.7:41233)}. */
  String describePeer();

  /**
   * Sends one frame; returns when the operating system has taken all of it.
   *
   * @param payload writes exactly the header's length
   */
  void send(FrameHeader header, Payload payload, Deadline deadline) throws LinkException;

  /** How much of a frame has been taken at once. */
  enum Taken {
    NOTHING,
    PART,
    ALL
  }

  /**
   * Sends of one frame what the operating system takes without waiting. Where that is a part, the
   * rest goes before any other frame, with {@link #finish} at the latest.
   *
   * @param payload writes exactly the header's length
   */
  Taken begin(FrameHeader header, Payload payload) throws LinkException;

  /** Sends the rest of a frame that has been begun. */
  void finish(Deadline deadline) throws LinkException;

  /**
   * Returns the next frame.
   *
   * <p>After a timeout the link is still good and the frame may be waited for again.
   */
  Frame receive(Deadline deadline) throws LinkException;

  /** Ends the link for both parties and wakes whoever waits on it; closing twice is harmless. */
  @Override
  void close();
}
