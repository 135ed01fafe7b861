package io.kindling.cluster.allreduce;

import io.kindling.cluster.transport.Deadline;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where threads wait for one another, again and again, until one of them calls it off for good. A
 * barrier of the JDK can be broken too, but not so that whoever comes later learns it, and why.
 */
final class Meeting {

  /**
   * How long a thread looks for the others before it lets itself be woken, which takes about as
   * long. Only where each thread has a core.
   */
  private static final long LOOK_NANOS = 20_000;

  private final int threads;
  private final long lookNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int arrived;
  private volatile long held;
  private volatile Optional<String> reason = Optional.empty();

  /** How waiting ended. */
  enum Outcome {
    ALL_CAME,
    CALLED_OFF,
    TIMEOUT,
    INTERRUPTED
  }

  Meeting(int threads) {
    this.threads = threads;
    this.lookNanos = threads <= Runtime.getRuntime().availableProcessors() ? LOOK_NANOS : 0;
  }

  /** Waits for the others; what they have written before is seen by all after. */
  Outcome await(Deadline deadline) {
    long mine;
    lock.lock();
    try {
      if (reason.isPresent()) {
        return Outcome.CALLED_OFF;
      }
      mine = held;
      arrived++;
      if (arrived == threads) {
        arrived = 0;
        held = mine + 1;
        changed.signalAll();
        return Outcome.ALL_CAME;
      }
    } finally {
      lock.unlock();
    }
    look(mine);
    return held == mine ? sleep(mine, deadline) : Outcome.ALL_CAME;
  }

  private void look(long mine) {
    long began = System.nanoTime();
    while (held == mine && reason.isEmpty() && System.nanoTime() - began < lookNanos) {
      Thread.onSpinWait();
    }
  }

  private Outcome sleep(long mine, Deadline deadline) {
    lock.lock();
    try {
      while (held == mine && reason.isEmpty()) {
        if (!changed.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS) && held == mine) {
          return reason.isPresent() ? Outcome.CALLED_OFF : Outcome.TIMEOUT;
        }
      }
      return held == mine ? Outcome.CALLED_OFF : Outcome.ALL_CAME;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.INTERRUPTED;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the waiting of all, now and ever after; the first reason counts. */
  void callOff(String why) {
    lock.lock();
    try {
      if (reason.isEmpty()) {
        reason = Optional.of(why);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Why it was called off, if it was. */
  Optional<String> reason() {
    lock.lock();
    try {
      return reason;
    } finally {
      lock.unlock();
    }
  }
}
