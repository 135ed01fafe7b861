package io.kindling.spark.event;

import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * What a worker did since the last such event of it: about one a second.
 *
 * @param job tells trainings of one application apart
 * @param rank the worker's, in its generation
 * @param host where it runs
 * @param step steps done since training began
 */
public record WorkerWorked(String job, int rank, String host, long step, StepTimes times)
    implements SparkListenerEvent {

  @Override
  public boolean logEvent() {
    return false;
  }
}
