package io.kindling.cluster.thread;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A daemon thread with a role name, one owner and a bounded stop; what it does is a {@link Work}.
 *
 * <p>The work must end soon after the owner closed what it waits on, or after an interrupt.
 * Whatever it throws is logged under the name of the thread and ends it.
 */
public final class NamedWorker implements AutoCloseable {

  /** What a thread does until it is told to end. */
  @FunctionalInterface
  public interface Work {
    void run() throws Exception;
  }

  private static final Logger LOG = LoggerFactory.getLogger(NamedWorker.class);

  /** A thread that outlives this is reported and left behind: it is a daemon. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final Thread thread;

  private NamedWorker(String name, Work work) {
    this.thread = new Thread(() -> runAndReport(name, work), name);
    thread.setDaemon(true);
  }

  /**
   * Starts a thread.
   *
   * @param name what it does and for whom, as in {@code kindling-sender-rank-3}
   */
  public static NamedWorker start(String name, Work work) {
    NamedWorker worker = new NamedWorker(name, work);
    worker.thread.start();
    return worker;
  }

  /** Waits for the thread to end by itself; returns false when it still runs after the time. */
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    if (Thread.currentThread() == thread) {
      return false;
    }

    TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, timeout.toNanos()));
    return !thread.isAlive();
  }

  /**
   * Interrupts the thread and waits until it has ended; called by the thread itself, it returns.
   */
  @Override
  public void close() {
    if (Thread.currentThread() == thread) {
      return;
    }

    thread.interrupt();
    try {
      if (!awaitEnd(STOP_TIMEOUT)) {
        LOG.warn(
            "Thread {} did not end within {} s and is left behind.",
            thread.getName(),
            STOP_TIMEOUT.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void runAndReport(String name, Work work) {
    try {
      work.run();
    } catch (InterruptedException e) {
      LOG.debug("Thread {} ends after an interrupt.", name);
    } catch (Exception | Error e) {
      LOG.error("Thread {} ends after an unexpected error.", name, e);
    }
  }
}
