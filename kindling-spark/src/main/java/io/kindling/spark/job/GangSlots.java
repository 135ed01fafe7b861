package io.kindling.spark.job;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.spark.SparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that gangs of one application assemble one after another: two that each hold half of
 * the slots would wait for each other. A gang takes its slots all at once, or waits until others
 * have ended; gangs are served in the order in which they came.
 *
 * <p>State per application, because that is what the slots belong to; it goes with the
 * application's context.
 */
final class GangSlots {

  private static final Logger LOG = LoggerFactory.getLogger(GangSlots.class);
  private static final Map<SparkContext, GangSlots> OF_APPLICATION = new WeakHashMap<>();

  /** How often a waiting gang counts the slots anew, as executors come and go. */
  private static final long RECOUNT_MILLIS = 1000;

  private final Deque<Object> waiting = new ArrayDeque<>();
  private int taken;

  GangSlots() {}

  /** The slots of an application. */
  static GangSlots of(SparkContext context) {
    synchronized (OF_APPLICATION) {
      return OF_APPLICATION.computeIfAbsent(context, unused -> new GangSlots());
    }
  }

  /**
   * Takes the slots of a gang; waits as long as other gangs of the application train in too many of
   * them. A gang that is alone takes what it asks for: whether the cluster has it is the
   * placement's question.
   *
   * @param total slots of the application at the moment it is asked
   */
  synchronized Held acquire(int workers, IntSupplier total) throws InterruptedException {
    Object ticket = new Object();
    waiting.addLast(ticket);
    try {
      boolean isTold = false;
      while (waiting.peekFirst() != ticket || (taken > 0 && taken + workers > total.getAsInt())) {
        if (!isTold) {
          LOG.info("{} workers wait until other trainings of this application end", workers);
          isTold = true;
        }
        TimeUnit.MILLISECONDS.timedWait(this, RECOUNT_MILLIS);
      }
      taken += workers;
    } finally {
      waiting.remove(ticket);
      notifyAll();
    }
    return () -> release(workers);
  }

  private synchronized void release(int workers) {
    taken -= workers;
    notifyAll();
  }

  /** The slots of one gang. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }
}
