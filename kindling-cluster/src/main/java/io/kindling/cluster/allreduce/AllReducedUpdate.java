package io.kindling.cluster.allreduce;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.optimizer.StepGradient;
import io.kindling.training.Activity;
import io.kindling.training.ExchangeException;
import io.kindling.training.GradientForm;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.StepClock;
import io.kindling.training.TrainingState;
import io.kindling.training.WireFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Synchronous data parallelism: every worker sums the gradients of all, and then takes the same
 * optimizer step.
 *
 * <p>What travels is one array: the dense gradient and the new network state, both weighted by the
 * share of the step's rows that this worker computed, the loss likewise, and the metrics' sums.
 * After the sum the array holds the gradient of the mean loss over the global batch, the
 * row-weighted mean of the new state, the mean loss, and the metrics of all rows. Every rank holds
 * the same bits of it, and so the same parameters ever after. Of arrays with a sparse gradient,
 * rows travel by themselves, as {@link SparseRows} says.
 *
 * <p>In a short wire format the dense gradient is summed by itself, with error feedback, and the
 * rest of the array as it is: averages of state move by less than a rounding, and counts must not
 * be rounded.
 *
 * <p>Belongs to one thread.
 */
public final class AllReducedUpdate implements ParameterUpdate {

  private static final int BLOCK = 8192;

  private Optimizer optimizer;
  private final TrainingProgram program;
  private final AllReduce allReduce;
  private final StepClock clock;
  private final int accumulators;
  private final GradientForm form;
  private final SparseRows sparse;
  private final int tail; // where the loss stands
  private final Optional<ErrorFeedback> feedback; // where the gradient is rounded
  private final float[] exchange; // [gradient | state | loss | accumulators | counts of rows]
  private long rounds;

  /**
   * Borrows {@code program}, whose copies of the parameters it keeps up to date; owns {@code
   * allReduce}.
   */
  public AllReducedUpdate(Optimizer optimizer, TrainingProgram program, AllReduce allReduce) {
    this(optimizer, program, allReduce, new StepClock());
  }

  /**
   * @param clock told when the exchange is over and the optimizer's step begins
   */
  public AllReducedUpdate(
      Optimizer optimizer, TrainingProgram program, AllReduce allReduce, StepClock clock) {
    this.clock = clock;
    this.optimizer = optimizer;
    this.program = program;
    this.allReduce = allReduce;
    this.accumulators = program.objective().accumulators();
    this.form = GradientForm.of(program, optimizer);
    this.sparse = new SparseRows(allReduce, form.sparse());
    this.tail = Math.addExact(form.denseSize(), program.network().state().size());
    this.feedback =
        allReduce.wireFormat() == WireFormat.FLOAT32
            ? Optional.empty()
            : Optional.of(new ErrorFeedback(allReduce, form.denseSize()));
    this.exchange = new float[Math.addExact(tail, 1 + accumulators + sparse.counts())];
  }

  @Override
  public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
      throws ExchangeException {
    if (mine.isPresent()) {
      contribute(mine.get(), rows);
    } else {
      Arrays.fill(exchange, 0);
      sparse.forget();
    }
    int counts = tail + 1 + accumulators;
    sparse.count(exchange, counts);
    long step = current.step() + 1;
    sumExchange(step);
    StepGradient gradient = new StepGradient(exchange, sparse.sum(exchange, counts, step));
    clock.begin(Activity.UPDATING);
    OptimizerState next =
        optimizer.update(
            current.optimizer(),
            step,
            gradient,
            current.parameters(),
            program.network().parameters(),
            program.parameters());
    int state = current.networkState().length;
    if (state > 0) {
      System.arraycopy(exchange, form.denseSize(), current.networkState(), 0, state);
      program.state().write(current.networkState(), 0, state);
    }
    return current.after(
        next,
        new TrainingState.StepMeasure(
            rows, exchange[tail], Arrays.copyOfRange(exchange, tail + 1, tail + 1 + accumulators)));
  }

  private void sumExchange(long step) throws LostRoundException {
    if (feedback.isPresent()) {
      feedback.get().sum(exchange, step);
      allReduce.sum(exchange, form.denseSize(), exchange.length, step);
    } else {
      allReduce.sum(exchange, step);
    }
  }

  private void contribute(Gradients gradients, int rows) {
    float share = (float) gradients.rows() / rows;
    for (int from = 0; from < form.denseSize(); from += BLOCK) {
      int length = Math.min(BLOCK, form.denseSize() - from);
      gradients.read(from, exchange, from, length);
      scale(from, from + length, share);
    }
    if (tail > form.denseSize()) {
      gradients.readState(exchange, form.denseSize());
      scale(form.denseSize(), tail, share);
    }
    exchange[tail] = gradients.loss() * share;
    System.arraycopy(gradients.metricSums(), 0, exchange, tail + 1, accumulators);
    sparse.take(form.readRows(gradients), share);
  }

  private void scale(int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      exchange[i] *= factor;
    }
  }

  @Override
  public void epochEnded(List<Double> losses) {
    optimizer = optimizer.afterEpochs(losses);
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
