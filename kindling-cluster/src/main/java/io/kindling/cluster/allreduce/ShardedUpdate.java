package io.kindling.cluster.allreduce;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.network.ParameterLayout;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.optimizer.StepGradient;
import io.kindling.training.Activity;
import io.kindling.training.ExchangeException;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Sharded;
import io.kindling.training.StepClock;
import io.kindling.training.TrainingState;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Synchronous data parallelism with one optimizer's work divided: every worker gets the sum of a
 * share of the gradients, takes the optimizer's step on that share of the parameters, and gives it
 * to the others. Rajbhandari et al., ZeRO, 2020, stage 1.
 *
 * <p>As many bytes travel as when gradients are summed, and parameters are the same behind every
 * step. What the optimizer remembers of a share only its worker knows, until all gather it: every
 * so many steps and at the end of an epoch, which is where workers agree. A step that is lost may
 * have changed some shares and not others, so it is from there that a lost generation goes on, with
 * an optimizer without memory too.
 *
 * <p>Rows of tables with sparse gradients go to all workers, and all of them take their step.
 *
 * <p>Belongs to one thread.
 */
public final class ShardedUpdate implements ParameterUpdate {

  private final Sharded strategy;
  private Optimizer optimizer;
  private final TrainingProgram program;
  private final AllReduce allReduce;
  private final StepClock clock;
  private final StepExchange exchange;
  private final Share share;
  private final ParameterLayout layout; // of the share
  private final List<StepMeasure> apart = new ArrayList<>();
  private List<StepMeasure> agreed = List.of();
  private long rounds;

  /**
   * Borrows {@code program}, whose copies of the parameters it keeps up to date; owns {@code
   * allReduce}.
   *
   * @param optimizer that needs no whole arrays
   * @param clock told when this worker takes a step and when it exchanges
   */
  public ShardedUpdate(
      Sharded strategy,
      Optimizer optimizer,
      TrainingProgram program,
      AllReduce allReduce,
      StepClock clock) {
    this.strategy = strategy;
    this.optimizer = optimizer;
    this.program = program;
    this.allReduce = allReduce;
    this.clock = clock;
    this.exchange = new StepExchange(optimizer, program, allReduce);
    this.share = allReduce.share(0, exchange.denseSize());
    this.layout = program.network().parameters().between(share.from(), share.to());
  }

  @Override
  public boolean goesApart() {
    return true;
  }

  @Override
  public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
      throws ExchangeException {
    long step = current.step() + 1;
    int denseSize = exchange.denseSize();
    float[] array = exchange.array();
    exchange.bring(mine, rows);
    allReduce.reduceScatter(array, 0, denseSize, step);
    allReduce.sum(array, denseSize, array.length, step);
    StepGradient gradient = exchange.gradient(step);
    clock.begin(Activity.UPDATING);
    float[] parameters = current.parameters();
    OptimizerState next =
        optimizer.update(
            current.optimizer(), step, gradient, parameters, layout, program.parameters());
    exchange.writeState(current);
    clock.begin(Activity.EXCHANGING);
    allReduce.allGather(parameters, 0, denseSize, step);
    program.parameters().write(parameters, 0, share.from());
    program.parameters().write(parameters, share.to(), denseSize - share.to());
    TrainingState after = current.after(next, exchange.measure(rows));
    apart.add(after.last());
    return apart.size() < strategy.agreement() ? after : agree(after);
  }

  /** Gathers what the optimizer remembers. */
  @Override
  public TrainingState agree(TrainingState own) throws ExchangeException {
    if (apart.isEmpty()) {
      return own;
    }
    clock.begin(Activity.EXCHANGING);
    for (float[] slot : own.optimizer().slots()) {
      allReduce.allGather(slot, 0, exchange.denseSize(), own.step());
    }
    agreed = List.copyOf(apart);
    apart.clear();
    return own;
  }

  @Override
  public List<StepMeasure> agreed(TrainingState state) {
    List<StepMeasure> taken = agreed;
    agreed = List.of();
    return taken;
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
