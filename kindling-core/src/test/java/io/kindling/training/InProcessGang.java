package io.kindling.training;

import io.kindling.engine.TrainingProgram;
import io.kindling.network.Gradients;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.OptimizerState;
import io.kindling.optimizer.StepGradient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Workers that are threads of one JVM. In a round each lays down what it has, weighted by its rows;
 * when all have, one of them adds it up, in the order of the ranks.
 */
final class InProcessGang {

  private final double[][] laidDown;
  private final CyclicBarrier barrier;
  private double[] sum;

  InProcessGang(int worldSize) {
    this.laidDown = new double[worldSize][];
    this.barrier = new CyclicBarrier(worldSize, this::addUp);
  }

  private void addUp() {
    sum = new double[laidDown[0].length];
    for (double[] mine : laidDown) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += mine[i];
      }
    }
  }

  private double[] exchange(int rank, double[] mine) throws ExchangeException {
    laidDown[rank] = mine;
    try {
      barrier.await(30, TimeUnit.SECONDS);
      double[] all = sum;
      barrier.await(30, TimeUnit.SECONDS);
      return all;
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new ExchangeException("Rank " + rank + " was left alone.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExchangeException("Rank " + rank + " was interrupted.", e);
    }
  }

  ParameterUpdate worker(int rank, Optimizer optimizer, TrainingProgram program) {
    return new Worker(rank, optimizer, program);
  }

  private final class Worker implements ParameterUpdate {
    private final int rank;
    private final Optimizer optimizer;
    private final TrainingProgram program;

    Worker(int rank, Optimizer optimizer, TrainingProgram program) {
      this.rank = rank;
      this.optimizer = optimizer;
      this.program = program;
    }

    @Override
    public TrainingState next(TrainingState current, Optional<Gradients> mine, int rows)
        throws ExchangeException {
      int parameters = current.parameters().length;
      int states = current.networkState().length;
      int metrics = program.objective().accumulators();
      float[] floats = new float[parameters + states];
      double[] weighted = new double[parameters + states + 1 + metrics];
      mine.ifPresent(
          gradients -> {
            double weight = (double) gradients.rows() / rows;
            gradients.read(0, floats, 0, parameters);
            gradients.readState(floats, parameters);
            for (int i = 0; i < floats.length; i++) {
              weighted[i] = weight * floats[i];
            }
            weighted[floats.length] = weight * gradients.loss();
            for (int i = 0; i < metrics; i++) {
              weighted[floats.length + 1 + i] = gradients.metricSums()[i];
            }
          });
      double[] all = exchange(rank, weighted);
      float[] gradient = new float[parameters];
      copy(all, 0, gradient, 0, parameters);
      OptimizerState next =
          optimizer.update(
              current.optimizer(),
              current.step() + 1,
              StepGradient.dense(gradient),
              current.parameters(),
              program.network().parameters(),
              program.parameters());
      copy(all, parameters, current.networkState(), 0, states);
      program.state().write(current.networkState(), 0, states);
      float[] metricSums = new float[metrics];
      copy(all, floats.length + 1, metricSums, 0, metrics);
      return current.after(
          next, new TrainingState.StepMeasure(rows, all[floats.length], metricSums));
    }

    @Override
    public void epochEnded(List<Double> losses) {}

    @Override
    public double[] sum(double[] mine) throws ExchangeException {
      return exchange(rank, mine.clone());
    }

    @Override
    public void close() {}
  }

  private static void copy(double[] all, int from, float[] into, int offset, int length) {
    for (int i = 0; i < length; i++) {
      into[offset + i] = (float) all[from + i];
    }
  }
}
