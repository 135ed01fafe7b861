package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.training.Activity;
import io.kindling.training.ExchangeException;
import io.kindling.training.LocalSgd;
import io.kindling.training.LocalUpdate;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.StepClock;
import io.kindling.training.TrainingState;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Workers that take the optimizer's steps on their own gradients, and agree as {@link LocalSgd}
 * says.
 *
 * <p>What travels when they agree is one array: how far this worker's parameters have come since
 * they agreed last, its mutable state, both weighted by its share of the rows, what its optimizer
 * averages, and what each step has measured. The optimizer's slots stay with the worker, as in
 * DiLoCo; but a slot that {@link Optimizer#learned} gives is averaged, for it is what is learned.
 * The outer momentum lies in a slot behind the optimizer's own, so that it is part of the state.
 *
 * <p>Belongs to one thread.
 */
public final class AveragedUpdate implements ParameterUpdate {

  private final LocalSgd strategy;
  private final TrainingProgram program;
  private final AllReduce allReduce;
  private final StepClock clock;
  private final LocalUpdate local;
  private final Agreement agreement;
  private Optimizer optimizer;
  private float[] anchor = new float[0]; // the parameters that workers agreed on last

  /**
   * Borrows {@code program}, whose copies of the parameters it keeps up to date; owns {@code
   * allReduce}.
   */
  public AveragedUpdate(
      LocalSgd strategy, Optimizer optimizer, TrainingProgram program, AllReduce allReduce) {
    this(strategy, optimizer, program, allReduce, new StepClock());
  }

  /**
   * @param clock told when this worker takes a step and when it exchanges
   */
  public AveragedUpdate(
      LocalSgd strategy,
      Optimizer optimizer,
      TrainingProgram program,
      AllReduce allReduce,
      StepClock clock) {
    this.clock = clock;
    this.strategy = strategy;
    this.optimizer = optimizer;
    this.program = program;
    this.allReduce = allReduce;
    this.local = new LocalUpdate(optimizer, program);
    this.agreement = new Agreement(allReduce, program);
  }

  @Override
  public boolean goesApart() {
    return true;
  }

  @Override
  public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
      throws ExchangeException {
    clock.begin(Activity.UPDATING);
    StepsApart apart = agreement.apart();
    if (apart.isEmpty()) {
      anchor = current.parameters().clone();
    }
    TrainingState next =
        mine.isPresent()
            ? local.next(current, mine, mine.get().rows())
            : local.idle(current, apart.nothing());
    apart.add(next.last(), rows);
    return strategy.interval() != LocalSgd.EPOCH && apart.count() >= strategy.interval()
        ? agree(next)
        : next;
  }

  @Override
  public TrainingState agree(TrainingState own) throws ExchangeException {
    if (agreement.apart().isEmpty()) {
      return own;
    }
    clock.begin(Activity.EXCHANGING);
    float[] parameters = own.parameters();
    float[] learned = optimizer.learned(own.optimizer(), parameters, own.step());
    float[] change = new float[parameters.length];
    for (int i = 0; i < change.length; i++) {
      change[i] = parameters[i] - anchor[i];
    }
    TrainingState next =
        agreement.reach(own, learned == parameters ? List.of(change) : List.of(change, learned));
    return allReduce.worldSize() > 1 || !strategy.isMean() ? takeOuterStep(next, change) : next;
  }

  /** From where workers agreed last, by −Δ, the mean change. */
  private TrainingState takeOuterStep(TrainingState own, float[] change) {
    float[] parameters = own.parameters();
    float rate = (float) strategy.outerRate();
    TrainingState next = own;
    if (strategy.outerMomentum() == 0) {
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = anchor[i] + rate * change[i];
      }
    } else {
      next = withOuterMomentum(own);
      float[] momentum = next.optimizer().slots()[optimizer.slots()];
      float decay = (float) strategy.outerMomentum();
      for (int i = 0; i < parameters.length; i++) {
        momentum[i] = decay * momentum[i] + change[i];
        parameters[i] = anchor[i] + rate * (change[i] + decay * momentum[i]);
      }
    }
    program.parameters().write(parameters, 0, parameters.length);
    return next;
  }

  private TrainingState withOuterMomentum(TrainingState own) {
    float[][] slots = own.optimizer().slots();
    if (slots.length > optimizer.slots()) {
      return own;
    }
    float[][] more = Arrays.copyOf(slots, slots.length + 1);
    more[slots.length] = new float[own.parameters().length];
    return own.withOptimizer(new OptimizerState(more));
  }

  @Override
  public List<StepMeasure> agreed(TrainingState state) {
    return agreement.take();
  }

  @Override
  public void epochEnded(List<Double> losses) {
    optimizer = optimizer.afterEpochs(losses);
    local.epochEnded(losses);
  }

  @Override
  public double[] sum(double[] mine) throws ExchangeException {
    return agreement.sum(mine);
  }

  @Override
  public void close() {
    allReduce.close();
  }
}
