package io.kindling.spark.stage;

import io.kindling.spark.event.WorkReport;
import io.kindling.spark.job.TrainingJob;
import io.kindling.training.EpochReport;
import io.kindling.training.History;
import java.util.function.Function;

/**
 * How a model was trained.
 *
 * @param history loss and metrics per epoch, and the loss of every step
 * @param work how the workers spent their time; not known of a loaded model
 */
public record TrainingSummary(History history, WorkReport work) {

  /** Where a saved model keeps it. */
  static final String FILE = "history.json";

  /** The summary among the texts of a saved model. */
  static TrainingSummary read(Function<String, String> texts) {
    return new TrainingSummary(History.parse(texts.apply(FILE)), WorkReport.NONE);
  }

  static TrainingSummary of(TrainingJob.Result result) {
    return new TrainingSummary(result.history(), result.work());
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
