package io.kindling.cluster.allreduce;

import io.kindling.cluster.thread.NamedWorker;
import io.kindling.cluster.transport.Deadline;
import io.kindling.cluster.transport.FrameHeader;
import io.kindling.cluster.transport.Link;
import io.kindling.cluster.transport.LinkException;
import io.kindling.cluster.transport.Party;
import io.kindling.cluster.transport.Payload;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends segments to other ranks. What a socket takes at once leaves from the calling thread, which
 * saves waking another; the rest, and what is offered meanwhile, is sent by a thread of its own
 * while the calling thread receives.
 *
 * <p>If the calling thread waited for sockets as well, ranks that all send a chunk larger than the
 * socket buffers would wait for one another for ever.
 */
final class SegmentSender implements AutoCloseable {

  private final RankLinks links;
  private final Duration timeout;
  private final Traffic traffic;
  private final BlockingQueue<Task> queue = new LinkedBlockingQueue<>();
  private final Semaphore sent = new Semaphore(0);
  private final NamedWorker worker;
  private volatile Optional<LostRoundException> failure = Optional.empty();
  private int handedOver; // to the thread, since all had been sent

  /** A piece of an array on its way out, and its place in the round. */
  record Segment(Link link, RingArray array, long step, int part, int from, int to) {

    private int bytes() {
      return (to - from) * array.bytesPerElement();
    }

    private FrameHeader header() {
      return new FrameHeader(array.frameType(), step, part, bytes());
    }

    private Payload payload() {
      return buffer -> array.write(from, to, buffer);
    }
  }

  SegmentSender(RankLinks links, Duration timeout, Traffic traffic) {
    this.links = links;
    this.traffic = traffic;
    this.timeout = timeout;
    this.worker =
        NamedWorker.start(Party.rank(links.self()).threadName("sender"), this::sendUntilClosed);
  }

  /**
   * What the thread is to do.
   *
   * @param isBegun whether part of the segment is on its way
   */
  private record Task(Segment segment, boolean isBegun) {}

  /** Takes the segment to be sent; its elements must stay as they are until it has been. */
  void offer(Segment segment) throws LostRoundException {
    Link.Taken taken = isIdle() ? begin(segment) : Link.Taken.NOTHING;
    if (taken != Link.Taken.ALL) {
      handedOver++;
      queue.add(new Task(segment, taken == Link.Taken.PART));
    }
  }

  private boolean isIdle() {
    return sent.availablePermits() == handedOver;
  }

  private Link.Taken begin(Segment segment) throws LostRoundException {
    try {
      Link.Taken taken = segment.link.begin(segment.header(), segment.payload());
      if (taken == Link.Taken.ALL) {
        traffic.sent(segment.bytes());
      }
      return taken;
    } catch (LinkException e) {
      throwFailure();
      throw explain(segment, e);
    }
  }

  /** Sends a segment in the calling thread, while the sender has none. */
  void send(Segment segment) throws LostRoundException {
    try {
      transmit(new Task(segment, false));
    } catch (LinkException e) {
      throwFailure();
      throw explain(segment, e);
    }
  }

  /** Waits until all segments offered have been sent. */
  void awaitSent(long step) throws LostRoundException {
    for (; handedOver > 0 && failure.isEmpty(); handedOver--) {
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
      Task task = queue.take();
      Segment segment = task.segment;
      try {
        transmit(task);
      } catch (LinkException e) {
        failure = Optional.of(explain(segment, e));
        // Wakes the receiving thread, which then finds the failure here.
        links.close();
      } catch (RuntimeException | Error e) {
        failure =
            Optional.of(LostRoundException.first(links.self(), segment.step, e.toString(), e));
        links.close();
        throw e;
      } finally {
        sent.release();
      }
    }
  }

  private void transmit(Task task) throws LinkException {
    Segment segment = task.segment;
    if (task.isBegun) {
      segment.link.finish(Deadline.after(timeout));
    } else {
      segment.link.send(segment.header(), segment.payload(), Deadline.after(timeout));
    }
    traffic.sent(segment.bytes());
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
