package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.Optimizer;
import io.kindling.training.ExchangeException;
import io.kindling.training.TrainingState;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.List;
import java.util.Optional;

/** What a worker does between two agreements: its steps, and its exchanges with servers. */
interface ServedWorker {

  /** What a worker works with; borrowed. */
  record Means(Optimizer optimizer, TrainingProgram program, Servers servers) {}

  /**
   * One step by itself.
   *
   * @param mine empty where it has no row of the step
   * @param nothing what is measured over no row
   */
  TrainingState step(TrainingState current, Optional<Gradients> mine, StepMeasure nothing);

  /** Steps with rows since the last exchange. */
  int pending();

  /** Takes the servers' parameters for its own; they are in the arrays of the state. */
  void pull(TrainingState own) throws ExchangeException;

  /**
   * Sends what has come together since the last exchange, and takes what is its part.
   *
   * @return what became of what it sent, server by server
   */
  List<SharedParameters.Answer> exchange(TrainingState own) throws ExchangeException;

  /** The state with what optimizers remember that all workers share; all do so at the same time. */
  TrainingState remember(TrainingState own, AllReduce allReduce) throws ExchangeException;

  /** Whether what an optimizer averages is this worker's alone. */
  boolean averagesByItself();

  /** Between two epochs. */
  void epochEnded(List<Double> losses);
}
