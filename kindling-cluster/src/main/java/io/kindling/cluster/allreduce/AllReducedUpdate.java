package io.kindling.cluster.allreduce;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.training.ExchangeException;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.TrainingState;
import java.util.Arrays;
import java.util.Optional;

/**
 * Synchronous data parallelism: every worker sums the gradients of all, and then takes the same
 * optimizer step.
 *
 * <p>What travels is one array: the gradient and the new network state, both weighted by the share
 * of the step's rows that this worker computed, the loss likewise, and the metrics' sums. After the
 * sum the array holds the gradient of the mean loss over the global batch, the row-weighted mean of
 * the new state, the mean loss, and the metrics of all rows. Every rank holds the same bits of it,
 * and so the same parameters ever after.
 *
 * <p>Belongs to one thread.
 */
public final class AllReducedUpdate implements ParameterUpdate {

  private static final int BLOCK = 8192;

  private final Optimizer optimizer;
  private final TrainingProgram program;
  private final AllReduce allReduce;
  private final int accumulators;
  private final float[] exchange;
  private long rounds;

  /**
   * Borrows {@code program}, whose copies of the parameters it keeps up to date; owns {@code
   * allReduce}.
   */
  public AllReducedUpdate(Optimizer optimizer, TrainingProgram program, AllReduce allReduce) {
    this.optimizer = optimizer;
    this.program = program;
    this.allReduce = allReduce;
    this.accumulators = program.objective().accumulators();
    this.exchange =
        new float
            [Math.addExact(
                program.network().parameters().size() + program.network().state().size(),
                1 + accumulators)];
  }

  @Override
  public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
      throws ExchangeException {
    int parameters = current.parameters().length;
    int state = current.networkState().length;
    int tail = parameters + state;
    if (mine.isPresent()) {
      contribute(mine.get(), rows, parameters, state);
    } else {
      Arrays.fill(exchange, 0);
    }
    long step = current.step() + 1;
    allReduce.sum(exchange, 0, exchange.length, step);
    OptimizerState next =
        optimizer.update(
            current.optimizer(),
            step,
            exchange,
            current.parameters(),
            program.network().parameters(),
            program.parameters());
    if (state > 0) {
      System.arraycopy(exchange, parameters, current.networkState(), 0, state);
      program.state().write(current.networkState(), 0, state);
    }
    return new TrainingState(
        step,
        current.parameters(),
        current.networkState(),
        next,
        new TrainingState.StepMeasure(
            rows, exchange[tail], Arrays.copyOfRange(exchange, tail + 1, tail + 1 + accumulators)));
  }

  private void contribute(Gradients gradients, int rows, int parameters, int state) {
    float share = (float) gradients.rows() / rows;
    for (int from = 0; from < parameters; from += BLOCK) {
      int length = Math.min(BLOCK, parameters - from);
      gradients.read(from, exchange, from, length);
      scale(from, from + length, share);
    }
    if (state > 0) {
      gradients.readState(exchange, parameters);
      scale(parameters, parameters + state, share);
    }
    int tail = parameters + state;
    exchange[tail] = gradients.loss() * share;
    System.arraycopy(gradients.metricSums(), 0, exchange, tail + 1, accumulators);
  }

  private void scale(int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      exchange[i] *= factor;
    }
  }

  @Override
  public double[] sum(double[] mine) throws ExchangeException {
    return allReduce.sum(mine, ++rounds);
  }

  @Override
  public void close() {
    allReduce.close();
  }
}
