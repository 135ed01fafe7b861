package io.kindling.spark.event;

import io.kindling.training.EpochReport;
import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * One epoch of a training is done.
 *
 * @param job tells trainings of one application apart
 * @param rows rows of the epoch, over all workers
 */
public record TrainingEpochEnded(String job, EpochReport report, long rows)
    implements SparkListenerEvent {

  @Override
  public boolean logEvent() {
    return false;
  }
}
