package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What an algorithm does with an array in one exchange among all ranks: sends segments of it and
 * receives those of others, each with a number that both ends know. Checks what arrives and says
 * what has failed.
 */
final class Round {

  static final byte FLOATS = 1;
  static final byte DOUBLES = 2;

  /** The other rank gave up; the payload is the first failure in words. */
  static final byte ABORT = 3;

  static final byte BFLOATS = 4;
  static final byte HALF_FLOATS = 5;

  private final int rank;
  private final SegmentSender sender;
  private final Duration timeout;
  private final RingArray array;
  private final long step;
  private final Traffic traffic;
  private final long beganNanos = System.nanoTime();
  private boolean hasReceived;

  Round(
      int rank,
      SegmentSender sender,
      Duration timeout,
      RingArray array,
      long step,
      Traffic traffic) {
    this.rank = rank;
    this.sender = sender;
    this.timeout = timeout;
    this.array = array;
    this.step = step;
    this.traffic = traffic;
  }

  RingArray array() {
    return array;
  }

  /** Gives a segment to the sender; its elements must stay as they are until it has been sent. */
  void offer(Link link, int part, int from, int to) throws LostRoundException {
    sender.offer(new SegmentSender.Segment(link, array, step, part, from, to));
  }

  /** Sends a segment that the other end's socket takes even while nobody reads there. */
  void send(Link link, int part, int from, int to) throws LostRoundException {
    sender.send(new SegmentSender.Segment(link, array, step, part, from, to));
  }

  /** Waits until all segments offered have been sent. */
  void awaitSent() throws LostRoundException {
    sender.awaitSent(step);
  }

  /** The next segment of a link, with so many elements. */
  Frame receive(Link link, int part, int elements) throws LostRoundException {
    Deadline deadline = Deadline.after(timeout);
    try {
      Frame frame = link.receive(deadline);
      if (!hasReceived) {
        traffic.waited(System.nanoTime() - beganNanos);
        hasReceived = true;
      }

      check(frame, link.describePeer(), part, elements);
      traffic.received(frame.payload().remaining());
      return frame;
    } catch (LinkException e) {
      sender.throwFailure();
      throw explain(e, link.describePeer(), part, deadline);
    }
  }

  private void check(Frame frame, String peer, int part, int elements) throws LostRoundException {
    String self = "Rank " + rank;
    if (frame.type() == ABORT) {
      String first = new String(frame.bytes(), StandardCharsets.UTF_8);
      throw LostRoundException.secondary(
          rank,
          step,
          self
              + " lost the round of step "
              + step
              + " because "
              + peer
              + " gave it up. The first failure was: "
              + first,
          first,
          null);
    }

    if (frame.step() != step) {
      throw lost(
          self
              + " is in step "
              + step
              + " but received segment "
              + frame.part()
              + " of step "
              + frame.step()
              + " from "
              + peer
              + ". All ranks must take the same steps in the same order.");
    }

    if (frame.type() != array.frameType()
        || frame.part() != part
        || frame.payload().remaining() != elements * array.bytesPerElement()) {
      throw lost(
          self
              + " expected segment "
              + part
              + " of "
              + elements * array.bytesPerElement()
              + " bytes but received segment "
              + frame.part()
              + " of "
              + frame.payload().remaining()
              + " bytes from "
              + peer
              + " in step "
              + step
              + ". All ranks must bring arrays of the same type and length.");
    }
  }

  private LostRoundException explain(LinkException e, String peer, int part, Deadline deadline) {
    String self = "Rank " + rank;
    String where = " segment " + part + " from " + peer + " in step " + step + ".";
    if (e.reason() == LinkException.Reason.TIMEOUT) {
      return LostRoundException.first(
          rank, step, self + " waited " + deadline.waited() + " for" + where, e);
    }

    String message = self + " failed to receive" + where + " " + e.getMessage();
    return e.reason() == LinkException.Reason.CLOSED
        ? LostRoundException.secondary(
            rank, step, message + " The peer's own error, if any, says why.", message, e)
        : LostRoundException.first(rank, step, message, e);
  }

  private LostRoundException lost(String message) {
    return LostRoundException.first(rank, step, message, null);
  }

  static String words(Duration timeout) {
    return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
  }
}
