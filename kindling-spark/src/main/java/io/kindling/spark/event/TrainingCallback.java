package io.kindling.spark.event;

import io.kindling.training.EpochReport;
import java.io.Serializable;

/**
 * Hears of a training where it happens: every worker has a copy, made by Java serialization, and
 * calls it on its training thread, so that what it does delays the step. Whatever it throws ends
 * the training, with the worker's rank in the message.
 *
 * <p>On the driver, {@link TrainingStepped} and {@link TrainingEpochEnded} on Spark's listener bus
 * tell the same, a few times a second.
 */
public interface TrainingCallback extends Serializable {

  /** One that does nothing. */
  static TrainingCallback none() {
    return new SilentCallback();
  }

  /** Whenever a worker begins to do something else, several times in every step. */
  default void began(WorkerMoment moment) {}

  /** After every step. */
  default void stepEnded(WorkerStep step) {}

  /**
   * After every epoch, with its validation done.
   *
   * @param rank the worker's number, from 0
   * @param report the same on all workers, but for the time
   */
  default void epochEnded(int rank, EpochReport report) {}
}
