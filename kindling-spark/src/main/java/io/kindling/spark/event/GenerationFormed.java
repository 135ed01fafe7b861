package io.kindling.spark.event;

import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * Workers of a training have met, and go on together. The first generation begins it; another
 * follows whenever workers come or go, or a round among them is lost.
 *
 * @param job tells trainings of one application apart
 * @param generation from 1
 * @param workers how many
 * @param step steps done by then
 * @param why the one before it ended
 */
public record GenerationFormed(String job, int generation, int workers, long step, String why)
    implements SparkListenerEvent {

  @Override
  public boolean logEvent() {
    return false;
  }
}
