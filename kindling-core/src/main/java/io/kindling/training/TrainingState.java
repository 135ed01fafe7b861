package io.kindling.training;

import io.kindling.network.Network;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;

/**
 * All that training changes. The arrays are handed on from state to state: whoever gives a state to
 * {@link ParameterUpdate#next} no longer owns its arrays.
 *
 * @param step steps done
 * @param parameters the flat parameter array
 * @param networkState the flat array of mutable state, such as moving averages
 * @param last what the last step measured: over all workers where they agree, else over the rows of
 *     this one; empty before the first
 * @param progress what the training has gone through
 */
public record TrainingState(
    long step,
    float[] parameters,
    float[] networkState,
    OptimizerState optimizer,
    StepMeasure last,
    Progress progress) {

  /**
   * What one step measured.
   *
   * @param rows it was measured over
   * @param loss mean over the rows
   * @param metricSums the metrics' accumulators
   */
  public record StepMeasure(int rows, double loss, float[] metricSums) {}

  /** The state before the first step: a function of the network and the seed. */
  public static TrainingState initial(Network network, Optimizer optimizer, long seed) {
    return startingAt(
        network.parameters().initialize(seed), network.state().initialize(seed), optimizer);
  }

  /**
   * The state before the first step of a training that goes on from another's result, with an
   * optimizer that remembers nothing.
   */
  public static TrainingState startingAt(
      float[] parameters, float[] networkState, Optimizer optimizer) {
    return new TrainingState(
        0,
        parameters,
        networkState,
        optimizer.init(parameters.length),
        new StepMeasure(0, Double.NaN, new float[0]),
        Progress.none());
  }

  /** The state after one more step, in the same arrays. */
  public TrainingState after(OptimizerState next, StepMeasure measure) {
    return new TrainingState(step + 1, parameters, networkState, next, measure, progress);
  }

  /** This state with another memory of the optimizer. */
  public TrainingState withOptimizer(OptimizerState other) {
    return new TrainingState(step, parameters, networkState, other, last, progress);
  }

  /** This state, of whose last step this is known now. */
  public TrainingState withLast(StepMeasure measure) {
    return new TrainingState(step, parameters, networkState, optimizer, measure, progress);
  }

  /**
   * One with arrays and progress of its own. It costs a copy of the arrays, however many steps have
   * been done.
   */
  public TrainingState copy() {
    return new TrainingState(
        step, parameters.clone(), networkState.clone(), optimizer.copy(), last, progress.copy());
  }

  /** How far it has come. */
  public Position position() {
    return new Position(step, progress.epochs().size());
  }
}
