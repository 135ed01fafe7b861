package io.kindling.training;

import io.kindling.network.Gradients;
import java.util.List;
import java.util.Optional;

/** Decides the parameters every worker uses next. The only place where workers meet. */
public interface ParameterUpdate extends AutoCloseable {

  /**
   * The state after one more step, the same bits on every worker; the engine's copies of parameters
   * and state are up to date.
   *
   * @param current the state the gradients were taken at; its arrays become the returned state's
   * @param mine this worker's gradients for the step; borrowed, not kept; empty if it holds no row
   *     of the step
   * @param rows rows of the step over all workers, by which each worker's gradients are weighted
   * @throws ExchangeException if the round is lost; the caller restarts from the last checkpoint
   */
  TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
      throws ExchangeException;

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
