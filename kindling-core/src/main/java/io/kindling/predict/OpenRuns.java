package io.kindling.predict;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the runs of something native that are under way, and frees it when it has been closed and
 * the last run has ended: closing waits for nobody and takes memory from nobody. Thread-safe.
 */
public final class OpenRuns implements AutoCloseable {

  private final String what;
  private final Runnable free;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Runs, and one more until closed; 0 once freed. */
  private final AtomicLong holders = new AtomicLong(1);

  /**
   * @param what is used, for the message of use after close, such as {@code The model /m}
   * @param free called once, by whichever thread is last
   */
  public OpenRuns(String what, Runnable free) {
    this.what = what;
    this.free = free;
  }

  /**
   * Begins a run; to be ended with {@link #exit()}.
   *
   * @throws IllegalStateException if it is closed
   */
  public void enter() {
    if (!tryEnter()) {
      throw new IllegalStateException(what + " is closed; it cannot be run.");
    }
  }

  /** Begins a run; false if it is closed. */
  public boolean tryEnter() {
    if (closed.get()) {
      return false;
    }
    long now = holders.get();
    while (now > 0) {
      if (holders.compareAndSet(now, now + 1)) {
        return true;
      }
      now = holders.get();
    }
    return false;
  }

  /** Ends a run. */
  public void exit() {
    if (holders.decrementAndGet() == 0) {
      free.run();
    }
  }

  /** Whether it was closed; runs may still be under way. */
  public boolean isClosed() {
    return closed.get();
  }

  /** Whether it was closed and the last run has ended. */
  public boolean isFreed() {
    return holders.get() == 0;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      exit();
    }
  }
}
