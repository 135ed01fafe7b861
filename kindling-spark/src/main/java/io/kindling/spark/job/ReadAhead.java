package io.kindling.spark.job;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the rows that a trainer will copy next, shard by shard in the order that it said, on daemon
 * threads of its own: always for a shard that has least ready. The threads start with the first
 * order that is said.
 */
final class ReadAhead implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);

  /**
   * Threads that read, each for another shard. Where the system's cache has the rows one would do;
   * but a disk gives single rows to several readers at once: while files were driven out of the
   * cache about every second, a training took 18,000 rows of 3 KB per second with one reader and
   * 34,000 with four.
   */
  private static final int READERS = 4;

  /** A thread that outlives this is reported and left behind: it is a daemon. */
  private static final Duration STOP = Duration.ofSeconds(5);

  private final String name;
  private final long bytes;
  private final Map<HeldShard, AwaitedRows> awaited = new HashMap<>(); // guarded by this
  private final List<Thread> threads = new ArrayList<>(); // the owner's
  private int sharing = 1;
  private boolean closed; // guarded by this

  /**
   * @param name of the threads, before their numbers, as in {@code kindling-reader-rank-3}
   * @param bytes that all windows may take together
   */
  ReadAhead(String name, long bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /** Forgets all that was expected; from now on so many shards share the windows. */
  synchronized void shareAmong(int shards) {
    awaited.clear();
    sharing = Math.max(1, shards);
  }

  /** Says in which order rows of a shard will be copied. */
  AwaitedRows expect(HeldShard shard, int[] order, int from) {
    AwaitedRows rows;
    synchronized (this) {
      rows = awaited.computeIfAbsent(shard, each -> new AwaitedRows(each, bytes / sharing, this));
      rows.expect(order, from);
      notifyAll();
    }
    while (threads.size() < READERS) {
      Thread thread = new Thread(this::run, name + "-" + threads.size());
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    return rows;
  }

  private void run() {
    try {
      while (doWork()) {
        // goes on
      }
    } catch (InterruptedException e) {
      LOG.debug("Thread {} ends after an interrupt.", Thread.currentThread().getName());
    }
  }

  /** Waits for something to read and reads one window; returns false when there will be no more. */
  private boolean doWork() throws InterruptedException {
    AwaitedRows rows;
    AwaitedRows.Window window;
    synchronized (this) {
      rows = hungriest();
      while (rows == null && !closed) {
        wait();
        rows = hungriest();
      }
      if (closed) {
        return false;
      }
      window = rows.next();
    }
    rows.fill(window);
    return true;
  }

  private AwaitedRows hungriest() {
    AwaitedRows hungriest = null;
    for (AwaitedRows each : awaited.values()) {
      if (each.isHungry() && (hungriest == null || each.ready() < hungriest.ready())) {
        hungriest = each;
      }
    }
    return hungriest;
  }

  /** Ends the threads; files may be closed then. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      awaited.clear();
      notifyAll();
    }
    threads.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + STOP.toNanos();
    try {
      for (Thread thread : threads) {
        TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
        if (thread.isAlive()) {
          LOG.warn(
              "Thread {} did not end within {} s and is left behind.",
              thread.getName(),
              STOP.toSeconds());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
