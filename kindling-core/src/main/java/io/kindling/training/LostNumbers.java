package io.kindling.training;

import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.Optimizer;
import java.util.Optional;

/**
 * The sentences of a training whose numbers have become NaN or infinite: where, and what to do. A
 * number that is none spreads through all parameters, so the training has to end.
 */
final class LostNumbers {

  private static final String ADVICE =
      " A feature is NaN or infinite, or the learning rate is too large. Clean or scale the features,"
          + " lower the learning rate, or clip the gradients with clippedByGlobalNorm.";

  private LostNumbers() {}

  /**
   * @param optimizer as it was in this epoch
   * @param gradient what {@link #describe} says
   */
  static IllegalStateException ofLoss(
      TrainingState state, int epoch, Optimizer optimizer, String gradient) {
    return new IllegalStateException(
        "The loss is %s in step %d, epoch %d%s. %s%s"
            .formatted(
                state.last().loss(),
                state.step(),
                epoch,
                rate(optimizer, state),
                gradient,
                ADVICE));
  }

  private static String rate(Optimizer optimizer, TrainingState state) {
    return optimizer.hasLearningRate()
        ? ", at learning rate "
            + (float) optimizer.learningRate().at((state.step() - 1) / optimizer.stepsPerUpdate())
        : "";
  }

  /** Of parameters or mutable state. */
  static IllegalStateException of(
      float number, String array, TrainingState state, Optimizer optimizer) {
    return new IllegalStateException(
        "The parameters hold %s in '%s' after step %d%s.%s"
            .formatted(number, array, state.step(), rate(optimizer, state), ADVICE));
  }

  static IllegalStateException ofValidation(double loss, int epoch) {
    return new IllegalStateException(
        "The loss of the validation is "
            + loss
            + " after epoch "
            + epoch
            + ", though that of the training is none such: a row for validation holds NaN, infinite or"
            + " huge numbers. Clean or scale them as those for training.");
  }

  /** What this worker's gradients of the step are like, in a sentence. */
  static String describe(Optional<Gradients> mine, ParameterLayout layout) {
    if (mine.isEmpty()) {
      return "This worker had no row of the step.";
    }
    Gradients gradients = mine.get();
    View lost = null;
    View steepest = null;
    float largest = -1;
    for (View view : layout.views()) {
      for (float number : numbers(gradients, view)) {
        if (!Float.isFinite(number)) {
          lost = lost == null ? view : lost;
        } else if (Math.abs(number) > largest) {
          largest = Math.abs(number);
          steepest = view;
        }
      }
    }
    String finite =
        steepest == null
            ? "No number of its gradient is finite"
            : "The largest number of its gradient is " + largest + " in '" + steepest.name() + "'";
    return finite + (lost == null ? "." : "; NaN or infinite ones begin in '" + lost.name() + "'.");
  }

  private static float[] numbers(Gradients gradients, View view) {
    Optional<int[]> rows = gradients.rowsOf(view);
    if (rows.isPresent()) {
      float[] numbers = new float[rows.get().length * view.rowSize()];
      gradients.readRows(view, numbers, 0);
      return numbers;
    }
    float[] numbers = new float[view.size()];
    gradients.read(view.offset(), numbers, 0, numbers.length);
    return numbers;
  }
}
