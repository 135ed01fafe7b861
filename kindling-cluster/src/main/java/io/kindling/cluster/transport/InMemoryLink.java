package io.kindling.cluster.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One end of two pipes between threads. */
final class InMemoryLink implements Link {

  private final Party self;
  private final Party peer;
  private final String peerText;
  private final Pipe out;
  private final Pipe in;

  InMemoryLink(Party self, Party peer, String peerAddress, Pipe out, Pipe in) {
    this.self = self;
    this.peer = peer;
    this.peerText = peer + " (" + peerAddress + ")";
    this.out = out;
    this.in = in;
  }

  @Override
  public Party peer() {
    return peer;
  }

  @Override
  public String describePeer() {
    return peerText;
  }

  @Override
  public void send(FrameHeader header, Payload payload, Deadline deadline) throws LinkException {
    ByteBuffer copy = ByteBuffer.allocate(header.length()).order(ByteOrder.LITTLE_ENDIAN);
    payload.writeTo(copy);
    copy.rewind();
    Pipe.Outcome outcome =
        out.put(new Frame(header.type(), header.step(), header.part(), copy), deadline);
    if (outcome != Pipe.Outcome.DONE) {
      LinkException lost = explain(outcome, "to send to", deadline);
      close();
      throw lost;
    }
  }

  /** Leaves waiting to those who send: between threads that costs no more than handing over. */
  @Override
  public Link.Taken begin(FrameHeader header, Payload payload) {
    return Link.Taken.NOTHING;
  }

  @Override
  public void finish(Deadline deadline) {}

  @Override
  public Frame receive(Deadline deadline) throws LinkException {
    Pipe.Taken taken = in.take(deadline);
    if (taken.outcome() == Pipe.Outcome.DONE) {
      return taken.frame().orElseThrow();
    }

    LinkException lost = explain(taken.outcome(), "for a frame from", deadline);
    if (taken.outcome() != Pipe.Outcome.TIMEOUT) {
      close();
    }

    throw lost;
  }

  @Override
  public void close() {
    // What has been sent can still be received, as over a socket; what comes in is dropped.
    out.end(Pipe.Outcome.ENDED_HERE, Pipe.Outcome.ENDED_THERE);
    in.end(Pipe.Outcome.ENDED_THERE, Pipe.Outcome.ENDED_HERE);
  }

  private LinkException explain(Pipe.Outcome outcome, String waiting, Deadline deadline) {
    String waited = self.capitalized() + " waited " + deadline.waited() + " " + waiting + " ";
    return switch (outcome) {
      case TIMEOUT -> new LinkException(LinkException.Reason.TIMEOUT, waited + peerText + ".");
      case INTERRUPTED ->
          new LinkException(
              LinkException.Reason.CLOSED,
              self.capitalized()
                  + " was interrupted while it waited "
                  + waiting
                  + " "
                  + peerText
                  + ".");
      case ENDED_HERE ->
          new LinkException(
              LinkException.Reason.CLOSED,
              self.capitalized() + " closed its link to " + peerText + ".");
      case ENDED_THERE, DONE ->
          new LinkException(
              LinkException.Reason.CLOSED,
              peer.capitalized()
                  + peerText.substring(peer.toString().length())
                  + " closed its link to "
                  + self
                  + ".");
    };
  }

  /** Frames on their way in one direction, at most a few so that a fast sender waits. */
  static final class Pipe {

    private static final int CAPACITY = 16;

    /** How a wait at one end of a pipe ended. */
    enum Outcome {
      DONE,
      TIMEOUT,
      INTERRUPTED,
      ENDED_HERE,
      ENDED_THERE
    }

    /** The outcome of a take, with one frame if it is done. */
    record Taken(Outcome outcome, Optional<Frame> frame) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Frame> frames = new ArrayDeque<>();
    private Outcome forWriter = Outcome.DONE;
    private Outcome forReader = Outcome.DONE;

    Outcome put(Frame frame, Deadline deadline) {
      lock.lock();
      try {
        while (forWriter == Outcome.DONE && frames.size() == CAPACITY) {
          if (!changed.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            return Outcome.TIMEOUT;
          }
        }

        if (forWriter == Outcome.DONE) {
          frames.add(frame);
          changed.signalAll();
        }

        return forWriter;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Outcome.INTERRUPTED;
      } finally {
        lock.unlock();
      }
    }

    Taken take(Deadline deadline) {
      lock.lock();
      try {
        while (forReader == Outcome.DONE && frames.isEmpty()) {
          if (!changed.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
            return new Taken(Outcome.TIMEOUT, Optional.empty());
          }
        }

        if (forReader == Outcome.ENDED_HERE || frames.isEmpty()) {
          return new Taken(forReader, Optional.empty());
        }

        changed.signalAll();
        return new Taken(Outcome.DONE, Optional.of(frames.remove()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Taken(Outcome.INTERRUPTED, Optional.empty());
      } finally {
        lock.unlock();
      }
    }

    /** Ends the pipe; the first end counts. */
    void end(Outcome writerSees, Outcome readerSees) {
      lock.lock();
      try {
        if (forWriter == Outcome.DONE) {
          forWriter = writerSees;
          forReader = readerSees;
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
