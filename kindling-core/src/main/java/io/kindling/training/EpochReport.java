package io.kindling.training;

import io.kindling.metric.Evaluation;
import java.util.Optional;

/**
 * One pass over the data.
 *
 * @param epoch from 1
 * @param training over the steps as they were taken, dropout and all
 * @param validation after the last step, in scoring mode; empty where there is no validation set
 * @param seconds wall-clock time of the pass with its validation
 */
public record EpochReport(
    int epoch, long steps, Evaluation training, Optional<Evaluation> validation, double seconds) {

  /** The loss to go by: of the validation where there is one, else of the training. */
  public double loss() {
    return validation.orElse(training).loss();
  }
}
