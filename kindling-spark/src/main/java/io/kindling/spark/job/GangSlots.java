package io.kindling.spark.job;

import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.Semaphore;
import org.apache.spark.SparkContext;

/**
 * Sees to it that gangs of one application assemble one after another: two that each hold half of
 * the slots would wait for each other. A gang takes its slots all at once, or waits until another
 * has ended.
 *
 * <p>State per application, because that is what the slots belong to; it goes with the
 * application's context.
 */
final class GangSlots {

  private static final Map<SparkContext, GangSlots> OF_APPLICATION = new WeakHashMap<>();

  private final Semaphore free;
  private int total;

  private GangSlots(int total) {
    this.free = new Semaphore(total, true);
    this.total = total;
  }

  /** The slots of an application that has {@code total} of them now. */
  static GangSlots of(SparkContext context, int total) {
    synchronized (OF_APPLICATION) {
      GangSlots slots = OF_APPLICATION.computeIfAbsent(context, unused -> new GangSlots(total));
      slots.resize(total);
      return slots;
    }
  }

  private void resize(int now) {
    if (now > total) {
      free.release(now - total);
      total = now;
    }
  }

  /** Takes the slots of a gang; waits as long as other gangs of the application train. */
  Held acquire(int workers) throws InterruptedException {
    free.acquire(workers);
    return () -> free.release(workers);
  }

  /** The slots of one gang. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }
}
