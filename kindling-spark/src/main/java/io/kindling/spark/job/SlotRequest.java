package io.kindling.spark.job;

import java.util.Collections;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks that wait until there is a slot for each of them: dynamic allocation adds executors for
 * tasks, and for nothing else.
 */
final class SlotRequest implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SlotRequest.class);

  private final BackgroundJob job;

  private SlotRequest(BackgroundJob job) {
    this.job = job;
  }

  /** Asks for so many slots, until it is closed or the time is over. */
  static SlotRequest of(SparkContext context, int slots, long seconds) {
    String tag = "kindling-slots-" + UUID.randomUUID();
    return new SlotRequest(
        BackgroundJob.start(
            context,
            tag,
            "kindling-slots-driver",
            "Kindling asks for " + slots + " task slots",
            () -> hold(context, slots, seconds)));
  }

  private static void hold(SparkContext context, int slots, long seconds) {
    try {
      new JavaSparkContext(context)
          .parallelize(Collections.nCopies(slots, seconds), slots)
          .foreach(TimeUnit.SECONDS::sleep);
    } catch (Exception e) { // Scala does not declare what it throws
      LOG.debug("Task slots are no longer asked for", e); // most likely cancelled: they are there
    }
  }

  @Override
  public void close() {
    job.close();
  }
}
