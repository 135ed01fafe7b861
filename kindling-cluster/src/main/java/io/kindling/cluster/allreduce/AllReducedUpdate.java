package io.kindling.cluster.allreduce;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.optimizer.StepGradient;
import io.kindling.training.Activity;
import io.kindling.training.ExchangeException;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.StepClock;
import io.kindling.training.TrainingState;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Synchronous data parallelism: every worker sums the gradients of all, and then takes the same
 * optimizer step. What travels, {@link StepExchange} says. Every rank holds the same bits of the
 * sum, and so the same parameters ever after.
 *
 * <p>The dense gradient may be rounded, with error feedback, or reduced to what passes a threshold;
 * it is summed by itself then, and the rest of the exchange as it is: averages of state move by
 * less than a rounding, and counts must not be rounded.
 *
 * <p>Belongs to one thread.
 */
public final class AllReducedUpdate implements ParameterUpdate {

  private Optimizer optimizer;
  private final TrainingProgram program;
  private final AllReduce allReduce;
  private final StepClock clock;
  private final StepExchange exchange;
  private final GradientSum sum;
  private long rounds;

  /**
   * Borrows {@code program}, whose copies of the parameters it keeps up to date; owns {@code
   * allReduce}, in whose wire format gradients travel.
   */
  public AllReducedUpdate(Optimizer optimizer, TrainingProgram program, AllReduce allReduce) {
    this(optimizer, program, allReduce, new StepClock());
  }

  /**
   * @param clock told when the exchange is over and the optimizer's step begins
   */
  public AllReducedUpdate(
      Optimizer optimizer, TrainingProgram program, AllReduce allReduce, StepClock clock) {
    this(optimizer, program, allReduce, clock, size -> GradientSum.inFormatOf(allReduce, size));
  }

  private AllReducedUpdate(
      Optimizer optimizer,
      TrainingProgram program,
      AllReduce allReduce,
      StepClock clock,
      IntFunction<GradientSum> sum) {
    this.clock = clock;
    this.optimizer = optimizer;
    this.program = program;
    this.allReduce = allReduce;
    this.exchange = new StepExchange(optimizer, program, allReduce);
    this.sum = sum.apply(exchange.denseSize());
  }

  /**
   * An update to which of the gradients only that comes which has added up to a threshold.
   *
   * @param share of the gradients that travels in a step
   */
  public static AllReducedUpdate above(
      double share,
      Optimizer optimizer,
      TrainingProgram program,
      AllReduce allReduce,
      StepClock clock) {
    return new AllReducedUpdate(
        optimizer, program, allReduce, clock, size -> GradientSum.above(share, allReduce, size));
  }

  @Override
  public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
      throws ExchangeException {
    long step = current.step() + 1;
    exchange.bring(mine, rows);
    sum.sum(exchange.array(), step);
    StepGradient gradient = exchange.gradient(step);
    clock.begin(Activity.UPDATING);
    OptimizerState next =
        optimizer.update(
            current.optimizer(),
            step,
            gradient,
            current.parameters(),
            program.network().parameters(),
            program.parameters());
    exchange.writeState(current);
    return current.after(next, exchange.measure(rows));
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
