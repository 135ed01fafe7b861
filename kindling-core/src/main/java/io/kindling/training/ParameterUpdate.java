package io.kindling.training;

import io.kindling.network.Gradients;
import java.util.List;
import java.util.Optional;

/**
 * Decides the parameters every worker uses next. The only place where workers meet.
 *
 * <p>Workers <em>agree</em> when all of them have the same state. Some updates keep them in
 * agreement behind every step; others let each go on by itself and bring them together now and
 * then, and at the end of an epoch at the latest. A training that is cut off goes on from where its
 * workers agreed last.
 */
public interface ParameterUpdate extends AutoCloseable {

  /**
   * The state after one more step; the engine's copies of parameters and state are up to date.
   *
   * @param current the state the gradients were taken at; its arrays become the returned state's
   * @param mine this worker's gradients for the step; borrowed, not kept; empty if it holds no row
   *     of the step
   * @param rows rows of the step over all workers, by which each worker's gradients are weighted
   * @throws ExchangeException if the round is lost; the caller restarts from the last checkpoint
   */
  TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
      throws ExchangeException;

  /** Whether workers may be apart behind a step. */
  default boolean goesApart() {
    return false;
  }

  /**
   * Brings workers together that are apart; where they are not, the state as it is. All do so
   * behind the same step.
   *
   * @param own this worker's state; its arrays become the returned state's
   * @throws ExchangeException if the round is lost
   */
  default TrainingState agree(TrainingState own) throws ExchangeException {
    return own;
  }

  /**
   * What steps measured over all workers since they last agreed, the last step last; empty while
   * workers are apart. Asked once behind every step and every {@link #agree}.
   *
   * @param state what that gave
   */
  default List<TrainingState.StepMeasure> agreed(TrainingState state) {
    return List.of(state.last());
  }

  /**
   * Between two epochs; the same on every worker.
   *
   * @param losses of the epochs so far: of the validation where there is one, else of the training
   */
  void epochEnded(List<Double> losses);

  /** The sums over all workers, the same bits on every worker. */
  double[] sum(double[] mine) throws ExchangeException;

  @Override
  void close();
}
