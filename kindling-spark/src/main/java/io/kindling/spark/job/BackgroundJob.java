package io.kindling.spark.job;

import io.kindling.cluster.transport.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;

/** Work that submits Spark jobs from a thread of its own, and ends when it is closed. */
final class BackgroundJob implements AutoCloseable {

  /** How long closing waits for jobs that were cancelled. */
  private static final Duration ENDING = Duration.ofSeconds(10);

  private static final Duration CANCELLING = Duration.ofMillis(200);

  private final SparkContext context;
  private final String tag;
  private final Thread thread;

  private BackgroundJob(SparkContext context, String tag, Thread thread) {
    this.context = context;
    this.tag = tag;
    this.thread = thread;
  }

  /**
   * Begins the work.
   *
   * @param tag of its jobs, and of no others
   * @param words what it does, on Spark's pages
   */
  static BackgroundJob start(
      SparkContext context, String tag, String threadName, String words, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              context.addJobTag(tag);
              context.setLocalProperty("callSite.short", words);
              context.setInterruptOnCancel(true);
              work.run();
            },
            threadName);
    thread.setDaemon(true);
    thread.start();
    return new BackgroundJob(context, tag, thread);
  }

  boolean isRunning() {
    return thread.isAlive();
  }

  /** Ends its jobs and its thread, which may be about to begin another. */
  @Override
  public void close() {
    Deadline deadline = Deadline.after(ENDING);
    while (isRunning() && !deadline.isOver()) {
      context.cancelJobsWithTag(tag, "it is no longer needed");
      try {
        TimeUnit.MILLISECONDS.timedJoin(thread, CANCELLING.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
