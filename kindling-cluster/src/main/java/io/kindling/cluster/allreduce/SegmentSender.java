package io.kindling.cluster.allreduce;

import io.kindling.cluster.thread.NamedWorker;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.FrameHeader;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Party;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends segments to the next rank while the calling thread receives from the previous one.
 *
 * <p>With one thread for both, ranks that all send a chunk larger than the socket buffers would
 * wait for one another for ever.
 */
final class SegmentSender implements AutoCloseable {

  private final Ring ring;
  private final Duration timeout;
  private final Traffic traffic;
  private final BlockingQueue<Segment> queue = new LinkedBlockingQueue<>();
  private final Semaphore sent = new Semaphore(0);
  private final NamedWorker worker;
  private volatile Optional<LostRoundException> failure = Optional.empty();

  /** A piece of an array on its way out, and its place in the round. */
  record Segment(RingArray array, long step, int part, int from, int to) {}

  SegmentSender(Ring ring, Duration timeout, Traffic traffic) {
    this.ring = ring;
    this.traffic = traffic;
    this.timeout = timeout;
    this.worker = NamedWorker.start(Party.rank(ring.rank()).threadName("sender"), this::send);
  }

  /** Takes the segment to be sent; its elements must stay as they are until it has been. */
  void offer(Segment segment) {
    queue.add(segment);
  }

  /** Waits until so many segments offered since the last call have been sent. */
  void awaitSent(int count, long step) throws LostRoundException {
    for (int i = 0; i < count && failure.isEmpty(); i++) {
      awaitOne(step);
    }

    throwFailure();
  }

  /** Throws what kept a segment from being sent, if anything did. */
  void throwFailure() throws LostRoundException {
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  @Override
  public void close() {
    worker.close();
  }

  private void awaitOne(long step) throws LostRoundException {
    Deadline deadline = Deadline.after(timeout.multipliedBy(2));
    try {
      // Each send has its own, shorter deadline; this one only guards against a dead thread.
      if (!sent.tryAcquire(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
        throw LostRoundException.first(
            ring.rank(),
            step,
            "Rank "
                + ring.rank()
                + " waited "
                + deadline.waited()
                + " for its sender to rank "
                + ring.membership().nextRank()
                + " in step "
                + step
                + ".",
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LostRoundException.first(
          ring.rank(),
          step,
          "Rank " + ring.rank() + " was interrupted while it sent in step " + step + ".",
          e);
    }
  }

  private void send() throws InterruptedException {
    while (failure.isEmpty()) {
      // Idle between rounds for as long as a step computes; closing interrupts this thread.
      Segment segment = queue.take();
      try {
        send(segment);
      } catch (LinkException e) {
        failure = Optional.of(explain(segment, e));
        // Wakes the receiving thread, which then finds the failure here.
        ring.close();
      } catch (RuntimeException e) {
        failure = Optional.of(LostRoundException.first(ring.rank(), segment.step, e.toString(), e));
        ring.close();
        throw e;
      } finally {
        sent.release();
      }
    }
  }

  private void send(Segment segment) throws LinkException {
    RingArray array = segment.array;
    int length = (segment.to - segment.from) * array.bytesPerElement();
    ring.next()
        .send(
            new FrameHeader(array.frameType(), segment.step, segment.part, length),
            buffer -> array.write(segment.from, segment.to, buffer),
            Deadline.after(timeout));
    traffic.sent(length);
  }

  private LostRoundException explain(Segment segment, LinkException e) {
    String peer = ring.next().describePeer();
    String where = " segment " + segment.part + " to " + peer + " in step " + segment.step;
    if (e.reason() == LinkException.Reason.TIMEOUT) {
      return LostRoundException.first(
          ring.rank(),
          segment.step,
          "Rank " + ring.rank() + " waited " + RingRound.words(timeout) + " to send" + where + ".",
          e);
    }

    String message =
        "Rank "
            + ring.rank()
            + " failed to send"
            + where
            + ". The link is gone, most likely because that rank failed first; see its own error.";
    return LostRoundException.secondary(ring.rank(), segment.step, message, message, e);
  }
}
