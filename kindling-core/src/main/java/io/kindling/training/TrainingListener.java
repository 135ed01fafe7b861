package io.kindling.training;

/**
 * Hears of training as it goes, on the training thread. Whatever it throws ends the training; so a
 * caller stops one by throwing {@link java.util.concurrent.CancellationException}.
 */
public interface TrainingListener {

  /** After every step. {@code state} is borrowed: its arrays change in the next step. */
  default void stepped(int epoch, TrainingState state) {}

  /** Behind a step at which all workers have the same state, which is borrowed. */
  default void agreed(int epoch, TrainingState state) {}

  /** After every pass, with its validation done. */
  default void epochEnded(EpochReport report) {}
}
