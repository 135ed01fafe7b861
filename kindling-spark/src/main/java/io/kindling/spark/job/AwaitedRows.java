package io.kindling.spark.job;

import io.kindling.tensor.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * The rows of one shard's file in the order in which they will be copied, in two windows: the
 * trainer copies from one while a reader fills the other. Within a window, rows are read in the
 * order of the file, which disks and their caches like, and put down in the order of the epoch.
 *
 * <p>Belongs to the trainer's thread and to that of one reader at a time; what both touch is
 * guarded by a lock that they take once per window.
 */
final class AwaitedRows {

  private static final int WINDOWS = 2;

  private final HeldShard shard;
  private final Object lock;
  private final Deque<Window> empty = new ArrayDeque<>(); // guarded by lock
  private final Deque<Window> filled = new ArrayDeque<>(); // guarded by lock
  private Expectation expected = new Expectation(new int[0], 0); // guarded by lock
  private boolean isFilling; // guarded by lock: one reader at a time
  private Throwable failure; // guarded by lock
  private Window taking; // the trainer's

  /**
   * @param bytes of all windows together, at least a row in each
   */
  AwaitedRows(HeldShard shard, long bytes, Object lock) {
    this.shard = shard;
    this.lock = lock;
    int rows = (int) Math.max(1, Math.min(bytes, Integer.MAX_VALUE) / WINDOWS / shard.rowBytes());
    for (int i = 0; i < WINDOWS; i++) {
      empty.add(new Window(rows));
    }
  }

  /** An order of rows, and how far the reader has come in it. */
  private static final class Expectation {
    private final int[] order;
    private int next; // the reader's
    private boolean isRead; // guarded by lock: nothing of it will be read any more

    Expectation(int[] order, int from) {
      this.order = order;
      this.next = from;
      this.isRead = from >= order.length;
    }
  }

  /** Some rows of an expectation. */
  final class Window {
    private final int[] rows;
    private final long[] placed; // by place in the file, then by place here
    private final ByteBuffer records; // direct, so that the system reads into it
    private Expectation of;
    private int count;
    private int taken;

    private Window(int capacity) {
      this.rows = new int[capacity];
      this.placed = new long[capacity];
      this.records = ByteBuffer.allocateDirect(Math.multiplyExact(capacity, shard.rowBytes()));
    }

    /** Reads its rows. The reader's work. */
    private void fill() throws IOException {
      count = 0;
      taken = 0;
      records.clear();
      while (count < rows.length && of.next < of.order.length) {
        int row = of.order[of.next++];
        int place = shard.placeOf(row);
        if (place >= 0) {
          rows[count] = row;
          placed[count] = ((long) place << Integer.SIZE) | count;
          count++;
        }
      }
      Arrays.sort(placed, 0, count);
      for (int i = 0; i < count; i++) {
        records.position((int) placed[i] * shard.rowBytes());
        shard.read((int) (placed[i] >>> Integer.SIZE), 1, records);
      }
      records.clear();
    }
  }

  /** Says what will be copied from now on. Called by the trainer, which holds the lock. */
  void expect(int[] order, int from) {
    empty.addAll(filled);
    filled.clear();
    if (taking != null) {
      empty.add(taking);
      taking = null;
    }
    expected = new Expectation(order, from);
  }

  /** How many windows are ready. Called with the lock. */
  int ready() {
    return filled.size();
  }

  /** Whether there is something to read. Called with the lock. */
  boolean isHungry() {
    return failure == null && !isFilling && !expected.isRead && !empty.isEmpty();
  }

  /** A window to be filled. Called by the reader, which holds the lock. */
  Window next() {
    Window window = empty.remove();
    window.of = expected;
    isFilling = true;
    return window;
  }

  /** Fills a window, and hands it on. Called by the reader, which does not hold the lock. */
  void fill(Window window) {
    Throwable thrown = null;
    try {
      window.fill();
    } catch (Throwable e) {
      thrown = e; // the trainer's to throw
    }
    synchronized (lock) {
      isFilling = false;
      if (window.of != expected) {
        empty.add(window);
      } else {
        failure = thrown;
        expected.isRead = window.of.next >= window.of.order.length;
        (thrown == null && window.count > 0 ? filled : empty).add(window);
      }
      lock.notifyAll();
    }
  }

  /**
   * Copies a row to a batch if it is the next of those awaited. Waits until it is read.
   *
   * @throws IllegalStateException if it cannot be read
   */
  boolean copy(int row, Batch batch, int at) {
    if (taking == null) {
      taking = take();
      if (taking == null) {
        return false;
      }
    }
    if (taking.rows[taking.taken] != row) {
      return false;
    }
    shard.copyRecord(taking.records, taking.taken * shard.rowBytes(), batch, at);
    taking.taken++;
    if (taking.taken == taking.count) {
      synchronized (lock) {
        empty.add(taking);
        lock.notifyAll();
      }
      taking = null;
    }
    return true;
  }

  /** The next window; null when all are copied. */
  private Window take() {
    synchronized (lock) {
      while (filled.isEmpty() && !expected.isRead && failure == null) {
        try {
          lock.wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw shard.interrupted();
        }
      }
      if (filled.isEmpty() && failure != null) {
        throw shard.unreadable(failure);
      }
      return filled.poll();
    }
  }
}
