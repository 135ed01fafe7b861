package io.kindling.cluster.strategy;

import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizer;
import java.util.List;

/**
 * A schedule that counts the steps of a worker, at a server that takes a step for each update of
 * each worker.
 *
 * @param interval steps of a worker in one update
 */
record Paced(LearningRate schedule, int interval, int workers) implements LearningRate {

  /** The optimizer of a server. */
  static Optimizer of(Optimizer optimizer, int interval, int workers) {
    return optimizer.hasLearningRate()
        ? optimizer.withLearningRate(new Paced(optimizer.learningRate(), interval, workers))
        : optimizer;
  }

  @Override
  public double at(long done) {
    return schedule.at(done / workers * interval);
  }

  @Override
  public double rate() {
    return schedule.rate();
  }

  @Override
  public LearningRate withRate(double rate) {
    return new Paced(schedule.withRate(rate), interval, workers);
  }

  @Override
  public LearningRate afterEpochs(List<Double> losses) {
    return new Paced(schedule.afterEpochs(losses), interval, workers);
  }
}
