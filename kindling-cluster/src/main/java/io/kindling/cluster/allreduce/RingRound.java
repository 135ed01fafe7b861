package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.Frame;
import io.kindling.cluster.transport.LinkException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One passage of an array around the ring, in segments.
 *
 * <p>What is received at one step of the schedule is what goes out at the next, so each segment is
 * handed to the sender as soon as it has been added: while a segment is summed here, the one before
 * it travels on and the one after it arrives. A segment is not overwritten before it has left,
 * because its final sums cannot arrive before the next rank has had our part of them.
 */
final class RingRound {

  static final byte FLOATS = 1;
  static final byte DOUBLES = 2;

  /** The previous rank gave up; the payload is the first failure in words. */
  static final byte ABORT = 3;

  static final byte BFLOATS = 4;
  static final byte HALF_FLOATS = 5;

  private final Ring ring;
  private final RingSchedule schedule;
  private final SegmentSender sender;
  private final Duration timeout;
  private final int segmentBytes;

  private final RingArray array;
  private final Chunks chunks;
  private final long step;
  private final Traffic traffic;
  private final long beganNanos = System.nanoTime();
  private int offered;
  private int received;

  RingRound(
      Ring ring,
      SegmentSender sender,
      Duration timeout,
      int segmentBytes,
      RingArray array,
      Chunks chunks,
      long step,
      Traffic traffic) {
    this.ring = ring;
    this.schedule = new RingSchedule(ring.rank(), ring.membership().worldSize());
    this.sender = sender;
    this.timeout = timeout;
    this.segmentBytes = segmentBytes;
    this.array = array;
    this.chunks = chunks;
    this.step = step;
    this.traffic = traffic;
  }

  /** Leaves in every chunk the sum of that chunk over all ranks. */
  void reduce() throws LostRoundException {
    offerChunk(schedule.chunkToSend(0));
    for (int ringStep = 0; ringStep < schedule.steps(); ringStep++) {
      boolean passesOn = ringStep + 1 < schedule.steps();
      receiveChunk(schedule.chunkToReceive(ringStep), schedule.isReducing(ringStep), passesOn);
    }

    sender.awaitSent(offered, step);
  }

  /** Leaves in every chunk what the rank of the same number had there. */
  void gather() throws LostRoundException {
    offerChunk(schedule.chunkToSend(0));
    int steps = schedule.worldSize() - 1;
    for (int ringStep = 0; ringStep < steps; ringStep++) {
      receiveChunk(schedule.chunkToReceive(ringStep), false, ringStep + 1 < steps);
    }

    sender.awaitSent(offered, step);
  }

  /** Leaves in the only chunk what the root had there. */
  void broadcast(int root) throws LostRoundException {
    if (ring.rank() == root) {
      offerChunk(0);
    } else {
      receiveChunk(0, false, ring.membership().nextRank() != root);
    }

    sender.awaitSent(offered, step);
  }

  private void offerChunk(int chunk) {
    int end = chunks.end(chunk);
    for (int from = chunks.begin(chunk); from < end; from = segmentEnd(from, end)) {
      array.round(from, segmentEnd(from, end));
      offer(from, segmentEnd(from, end));
    }
  }

  private void receiveChunk(int chunk, boolean adds, boolean passesOn) throws LostRoundException {
    int end = chunks.end(chunk);
    for (int from = chunks.begin(chunk); from < end; from = segmentEnd(from, end)) {
      int to = segmentEnd(from, end);
      Frame frame = receive(to - from);
      if (adds) {
        array.add(from, to, frame.payload());
        array.round(from, to);
      } else {
        array.replace(from, to, frame.payload());
      }

      if (passesOn) {
        offer(from, to);
      }
    }
  }

  private int segmentEnd(int from, int end) {
    return Math.min(end, from + segmentBytes / array.bytesPerElement());
  }

  private void offer(int from, int to) {
    sender.offer(new SegmentSender.Segment(array, step, offered, from, to));
    offered++;
  }

  private Frame receive(int elements) throws LostRoundException {
    Deadline deadline = Deadline.after(timeout);
    try {
      Frame frame = ring.previous().receive(deadline);
      if (received == 0) {
        traffic.waited(System.nanoTime() - beganNanos);
      }

      check(frame, elements);
      traffic.received(frame.payload().remaining());
      received++;
      return frame;
    } catch (LinkException e) {
      sender.throwFailure();
      throw explain(e, deadline);
    }
  }

  private void check(Frame frame, int elements) throws LostRoundException {
    String self = "Rank " + ring.rank();
    String peer = ring.previous().describePeer();
    if (frame.type() == ABORT) {
      String first = new String(frame.bytes(), StandardCharsets.UTF_8);
      throw LostRoundException.secondary(
          ring.rank(),
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
        || frame.part() != received
        || frame.payload().remaining() != elements * array.bytesPerElement()) {
      throw lost(
          self
              + " expected segment "
              + received
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

  private LostRoundException explain(LinkException e, Deadline deadline) {
    String self = "Rank " + ring.rank();
    String peer = ring.previous().describePeer();
    String where = " segment " + received + " from " + peer + " in step " + step + ".";
    if (e.reason() == LinkException.Reason.TIMEOUT) {
      return LostRoundException.first(
          ring.rank(), step, self + " waited " + deadline.waited() + " for" + where, e);
    }

    String message = self + " failed to receive" + where + " " + e.getMessage();
    return e.reason() == LinkException.Reason.CLOSED
        ? LostRoundException.secondary(
            ring.rank(), step, message + " The peer's own error, if any, says why.", message, e)
        : LostRoundException.first(ring.rank(), step, message, e);
  }

  private LostRoundException lost(String message) {
    return LostRoundException.first(ring.rank(), step, message, null);
  }

  static String words(Duration timeout) {
    return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
  }
}
