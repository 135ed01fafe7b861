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

  private final int threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private int arrived;
  private long held;
  private Optional<String> reason = Optional.empty();

  /** How waiting ended. */
  enum Outcome {
    ALL_CAME,
    CALLED_OFF,
    TIMEOUT,
    INTERRUPTED
  }

  Meeting(int threads) {
    this.threads = threads;
  }

  /** Waits for the others; what they have written before is seen by all after. */
  Outcome await(Deadline deadline) {
    lock.lock();
    try {
      if (reason.isPresent()) {
        return Outcome.CALLED_OFF;
      }
      long mine = held;
      arrived++;
      if (arrived == threads) {
        arrived = 0;
        held++;
        changed.signalAll();
      }
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
