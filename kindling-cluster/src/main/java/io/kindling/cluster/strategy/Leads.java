package io.kindling.cluster.strategy;

import io.kindling.training.ExchangeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How far workers are ahead of each other, in exchanges since they agreed last, and who has to wait
 * for it. Whoever has come to an agreement holds up nobody.
 *
 * <p>Safe for use by many threads.
 */
final class Leads {

  /** However many exchanges ahead. */
  static final int ANY = Integer.MAX_VALUE;

  private final int workers;
  private final int most;
  private final Duration patience;

  // Guarded by this.
  private final List<Runner> running = new ArrayList<>();
  private int come; // workers that have ever been here
  private boolean isClosed;

  /** One worker. */
  static final class Runner {
    private final String name;
    private boolean hasCome;
    private long exchanges;

    /**
     * @param name as messages begin with it
     */
    Runner(String name) {
      this.name = name;
    }
  }

  /**
   * @param workers who will come, before whom nobody may be further ahead
   * @param most exchanges that one may be ahead
   * @param patience how long it waits
   */
  Leads(int workers, int most, Duration patience) {
    this.workers = workers;
    this.most = most;
    this.patience = patience;
  }

  /** Goes on from an agreement, where all are level. */
  synchronized void start(Runner runner) {
    runner.exchanges = 0;
    come += runner.hasCome ? 0 : 1;
    runner.hasCome = true;
    if (!running.contains(runner)) {
      running.add(runner);
    }
  }

  /** Has come to an agreement, or is gone. */
  synchronized void stop(Runner runner) {
    running.remove(runner);
    notifyAll();
  }

  /** Has exchanged once more; returns when it is no further ahead than it may be. */
  void exchanged(Runner runner) throws ExchangeException {
    if (most < ANY) { // else threads that never wait would meet in a lock, which Hogwild is without
      await(runner);
    }
  }

  private synchronized void await(Runner runner) throws ExchangeException {
    runner.exchanges++;
    notifyAll();
    long deadline = System.nanoTime() + patience.toNanos();
    while (!isClosed && runner.exchanges - slowest(runner) > most) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new ExchangeException(
            "%s waited %d s behind exchange %d for %s, as no more than %d ahead are allowed. The log of that worker says what it does."
                .formatted(runner.name, patience.toSeconds(), runner.exchanges, waitedFor(), most));
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ExchangeException(
            runner.name + " was interrupted while it waited for a slower worker.", e);
      }
    }
  }

  private long slowest(Runner runner) {
    if (come < workers) {
      return 0;
    }
    return running.stream().mapToLong(each -> each.exchanges).min().orElse(runner.exchanges);
  }

  private String waitedFor() {
    return running.stream()
        .filter(each -> come == workers)
        .min(Comparator.comparingLong(each -> each.exchanges))
        .map(each -> each.name + ", which has done " + each.exchanges)
        .orElse("a worker that has not come");
  }

  /** Nobody waits any longer. */
  synchronized void close() {
    isClosed = true;
    notifyAll();
  }
}
