package io.kindling.cluster.allreduce;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.optimizer.FlatGradient;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.training.ExchangeException;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.TrainingState;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Synchronous data parallelism: every worker sums the gradients of all, and then takes the same
 * optimizer step.
 *
 * <p>What travels is one array: the gradient and the new network state, both weighted by the share
 * of the step's rows that this worker computed, the loss likewise, and the metrics' sums. After the
 * sum the array holds the gradient of the mean loss over the global batch, the row-weighted mean of
 * the new state, the mean loss, and the metrics of all rows. Every rank holds the same bits of it,
 * and so the same parameters ever after. Of arrays with a sparse gradient, rows travel by
 * themselves, as {@link SparseRows} says.
 *
 * <p>Belongs to one thread.
 */
public final class AllReducedUpdate implements ParameterUpdate {

  private static final int BLOCK = 8192;

  private final Optimizer optimizer;
  private final TrainingProgram program;
  private final AllReduce allReduce;
  private final ParameterLayout layout;
  private final int accumulators;
  private final SparseRows sparse;
  private final float[] exchange; // [parameters | state | loss | accumulators | counts of rows]
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
    this.layout = program.network().parameters();
    this.sparse =
        new SparseRows(allReduce, layout.views().stream().filter(program::isSparse).toList());
    this.exchange =
        new float
            [Math.addExact(
                layout.size() + program.network().state().size(),
                1 + accumulators + sparse.counts())];
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
      sparse.forget();
    }
    sparse.count(exchange, tail + 1 + accumulators);
    long step = current.step() + 1;
    FlatGradient gradient = summed(step, tail + 1 + accumulators);
    OptimizerState next =
        optimizer.update(
            current.optimizer(),
            step,
            gradient,
            current.parameters(),
            layout,
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

  private FlatGradient summed(long step, int counts) throws ExchangeException {
    if (sparse.isEmpty()) {
      allReduce.sum(exchange, 0, exchange.length, step);
      return FlatGradient.dense(exchange);
    }
    allReduce.sum(exchange, 0, layout.denseSize(), step);
    for (View view : denseAfterAll()) {
      allReduce.sum(exchange, view.offset(), view.offset() + view.size(), step);
    }
    allReduce.sum(exchange, layout.size(), exchange.length, step);
    return new FlatGradient(exchange, sparse.sum(exchange, counts, exchange, step));
  }

  /**
   * Arrays that might have had a sparse gradient, but of which the network reads more than rows.
   */
  private List<View> denseAfterAll() {
    return layout.views().stream()
        .filter(view -> view.offset() >= layout.denseSize() && !program.isSparse(view))
        .toList();
  }

  private void contribute(Gradients gradients, int rows, int parameters, int state) {
    float share = (float) gradients.rows() / rows;
    contribute(gradients, 0, layout.denseSize(), share);
    for (View view : denseAfterAll()) {
      contribute(gradients, view.offset(), view.offset() + view.size(), share);
    }
    sparse.take(gradients, share);
    if (state > 0) {
      gradients.readState(exchange, parameters);
      scale(parameters, parameters + state, share);
    }
    int tail = parameters + state;
    exchange[tail] = gradients.loss() * share;
    System.arraycopy(gradients.metricSums(), 0, exchange, tail + 1, accumulators);
  }

  private void contribute(Gradients gradients, int begin, int end, float share) {
    for (int from = begin; from < end; from += BLOCK) {
      int length = Math.min(BLOCK, end - from);
      gradients.read(from, exchange, from, length);
      scale(from, from + length, share);
    }
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
