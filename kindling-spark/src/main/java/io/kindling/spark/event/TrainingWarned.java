package io.kindling.spark.event;

import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * Something went wrong in a training that goes on: a worker was lost, a checkpoint could not be
 * written.
 *
 * @param job tells trainings of one application apart
 */
public record TrainingWarned(String job, String text) implements SparkListenerEvent {

  @Override
  public boolean logEvent() {
    return false;
  }
}
