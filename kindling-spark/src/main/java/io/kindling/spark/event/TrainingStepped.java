package io.kindling.spark.event;

import java.util.Map;
import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * How far a training has come; a few times a second at most.
 *
 * @param job tells trainings of one application apart
 * @param epoch from 1
 * @param step steps done in this epoch
 * @param steps steps of an epoch
 * @param rows rows done in this epoch, over all workers
 * @param loss mean over the rows of the last step
 * @param metrics of the last step
 */
public record TrainingStepped(
    String job,
    int epoch,
    int epochs,
    long step,
    long steps,
    long rows,
    double loss,
    Map<String, Double> metrics)
    implements SparkListenerEvent {

  @Override
  public boolean logEvent() {
    return false;
  }
}
