package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.cluster.allreduce.AllReducedUpdate;
import io.kindling.cluster.allreduce.ShardedUpdate;
import io.kindling.engine.TrainingProgram;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.AllReduced;
import io.kindling.training.ExchangeException;
import io.kindling.training.LocalSgd;
import io.kindling.training.LocalUpdate;
import io.kindling.training.ParameterUpdate;
import io.kindling.training.Served;
import io.kindling.training.Sharded;
import io.kindling.training.StepClock;
import io.kindling.training.StrategyVisitor;
import io.kindling.training.Thresholded;

/**
 * A worker's update by any strategy. Updates borrow the program and own the all-reduce; a worker
 * alone has nothing to exchange where workers agree on gradients.
 *
 * @param serving links the worker to the parameter servers, where there are any
 * @param clock told what the worker does
 */
public record WorkerUpdates(
    Optimizer optimizer,
    TrainingProgram program,
    AllReduce allReduce,
    Serving serving,
    StepClock clock)
    implements StrategyVisitor<ParameterUpdate, ExchangeException> {

  /** How a worker comes to the parameter servers of its generation. */
  @FunctionalInterface
  public interface Serving {
    Servers link(Served strategy) throws ExchangeException;
  }

  @Override
  public ParameterUpdate allReduced(AllReduced strategy) {
    return isAlone()
        ? new LocalUpdate(optimizer, program)
        : new AllReducedUpdate(optimizer, program, allReduce, clock);
  }

  @Override
  public ParameterUpdate thresholded(Thresholded strategy) {
    return isAlone()
        ? new LocalUpdate(optimizer, program)
        : AllReducedUpdate.above(strategy.share(), optimizer, program, allReduce, clock);
  }

  @Override
  public ParameterUpdate sharded(Sharded strategy) {
    return isAlone()
        ? new LocalUpdate(optimizer, program)
        : new ShardedUpdate(strategy, optimizer, program, allReduce, clock);
  }

  @Override
  public ParameterUpdate localSgd(LocalSgd strategy) {
    return new AveragedUpdate(strategy, optimizer, program, allReduce, clock);
  }

  @Override
  public ParameterUpdate served(Served strategy) throws ExchangeException {
    Servers servers = serving.link(strategy);
    return new ServedUpdate(strategy, optimizer, program, allReduce, servers, clock);
  }

  private boolean isAlone() {
    return allReduce.worldSize() == 1;
  }
}
