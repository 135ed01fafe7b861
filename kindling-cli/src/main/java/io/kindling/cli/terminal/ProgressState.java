package io.kindling.cli.terminal;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a training is.
 *
 * @param epoch the current epoch, from 1
 * @param step steps done in this epoch
 * @param steps steps of an epoch
 * @param loss the training loss; empty before the first step
 * @param metric the last value of the metric a person watches; empty when there is none
 * @param rowsPerSecond recent speed over all workers; empty before there is one
 * @param left until the training ends at this speed; empty before there is one
 */
public record ProgressState(
    int epoch,
    int epochs,
    long step,
    long steps,
    OptionalDouble loss,
    Optional<Reading> metric,
    OptionalDouble rowsPerSecond,
    Optional<Duration> left) {

  /** The value of a metric, and what it is called. */
  public record Reading(String name, double value) {}

  public ProgressState {
    if (epochs < 1 || epoch < 1 || epoch > epochs) {
      throw new IllegalArgumentException(
          "Invalid epoch " + epoch + " of " + epochs + ". Count epochs from 1.");
    }
    if (steps < 1 || step < 0 || step > steps) {
      throw new IllegalArgumentException(
          "Invalid step "
              + step
              + " of "
              + steps
              + ". Give the steps done, from 0 up to the steps of an epoch.");
    }
  }

  /** The done share of the current epoch, from 0 to 1. */
  double share() {
    return (double) step / steps;
  }
}
