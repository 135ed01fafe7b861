package io.kindling.cluster.allreduce;

import io.kindling.cluster.thread.NamedWorker;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.FrameHeader;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Party;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends segments to other ranks while the calling thread receives.
 *
 * <p>With one thread for both, ranks that all send a chunk larger than the socket buffers would
 * wait for one another for ever.
 */
final class SegmentSender implements AutoCloseable {

  private final RankLinks links;
  private final Duration timeout;
  private final Traffic traffic;
  private final BlockingQueue<Segment> queue = new LinkedBlockingQueue<>();
  private final Semaphore sent = new Semaphore(0);
  private final NamedWorker worker;
  private volatile Optional<LostRoundException> failure = Optional.empty();

  /** A piece of an array on its way out, and its place in the round. */
  record Segment(Link link, RingArray array, long step, int part, int from, int to) {}

  SegmentSender(RankLinks links, Duration timeout, Traffic traffic) {
    this.links = links;
    this.traffic = traffic;
    this.timeout = timeout;
    this.worker =
        NamedWorker.start(Party.rank(links.self()).threadName("sender"), this::sendUntilClosed);
  }

  /** Takes the segment to be sent; its elements must stay as they are until it has been. */
  void offer(Segment segment) {
    queue.add(segment);
  }

  /** Sends a segment in the calling thread, while the sender has none. */
  void send(Segment segment) throws LostRoundException {
    try {
      transmit(segment);
    } catch (LinkException e) {
      throw explain(segment, e);
    }
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
            links.self(),
            step,
            "Rank "
                + links.self()
                + " waited "
                + deadline.waited()
                + " for its sender in step "
                + step
                + ".",
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LostRoundException.first(
          links.self(),
          step,
          "Rank " + links.self() + " was interrupted while it sent in step " + step + ".",
          e);
    }
  }

  private void sendUntilClosed() throws InterruptedException {
    while (failure.isEmpty()) {
      // Idle between rounds for as long as a step computes; closing interrupts this thread.
      Segment segment = queue.take();
      try {
        transmit(segment);
      } catch (LinkException e) {
        failure = Optional.of(explain(segment, e));
        // Wakes the receiving thread, which then finds the failure here.
        links.close();
      } catch (RuntimeException e) {
        failure =
            Optional.of(LostRoundException.first(links.self(), segment.step, e.toString(), e));
        links.close();
        throw e;
      } finally {
        sent.release();
      }
    }
  }

  private void transmit(Segment segment) throws LinkException {
    RingArray array = segment.array;
    int length = (segment.to - segment.from) * array.bytesPerElement();
    segment.link.send(
        new FrameHeader(array.frameType(), segment.step, segment.part, length),
        buffer -> array.write(segment.from, segment.to, buffer),
        Deadline.after(timeout));
    traffic.sent(length);
  }

  private LostRoundException explain(Segment segment, LinkException e) {
    String peer = segment.link.describePeer();
    String where = " segment " + segment.part + " to " + peer + " in step " + segment.step;
    if (e.reason() == LinkException.Reason.TIMEOUT) {
      return LostRoundException.first(
          links.self(),
          segment.step,
          "Rank " + links.self() + " waited " + Round.words(timeout) + " to send" + where + ".",
          e);
    }

    String message =
        "Rank "
            + links.self()
            + " failed to send"
            + where
            + ". The link is gone, most likely because that rank failed first; see its own error.";
    return LostRoundException.secondary(links.self(), segment.step, message, message, e);
  }
}
