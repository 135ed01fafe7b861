package io.kindling.spark.stage;

import io.kindling.training.EpochReport;
import io.kindling.training.History;
import java.util.function.Function;

/** How a model was trained: loss and metrics per epoch, and the loss of every step. */
public record TrainingSummary(History history) {

  /** Where a saved model keeps it. */
  static final String FILE = "history.json";

  /** The summary among the texts of a saved model. */
  static TrainingSummary read(Function<String, String> texts) {
    return new TrainingSummary(History.parse(texts.apply(FILE)));
  }

  /** The training loss of each epoch. */
  public double[] objectiveHistory() {
    return history.epochs().stream().mapToDouble(report -> report.training().loss()).toArray();
  }

  /** Steps taken. */
  public int totalIterations() {
    return history.stepLosses().length;
  }

  /** The last epoch. */
  public EpochReport last() {
    return history.last();
  }

  /**
   * The epoch with the lowest loss, of the validation if there was one: that of the model where
   * training could stop early.
   */
  public EpochReport best() {
    return history.best();
  }
}
