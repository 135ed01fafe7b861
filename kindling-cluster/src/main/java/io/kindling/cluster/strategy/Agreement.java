package io.kindling.cluster.strategy;

import io.kindling.cluster.allreduce.AllReduce;
import io.kindling.engine.TrainingProgram;
import io.kindling.training.ExchangeException;
import io.kindling.training.TrainingState;
import io.kindling.training.TrainingState.StepMeasure;
import java.util.List;

/**
 * How workers that went apart come to have the same: means over all workers, weighted by the rows
 * each has seen since they agreed last, and what all have measured in each step. All of it travels
 * as one array, as long as what is averaged and the steps since, however long the epoch is.
 *
 * <p>Belongs to one thread.
 */
final class Agreement {

  private final AllReduce allReduce;
  private final TrainingProgram program;
  private final StepsApart apart;
  private List<StepMeasure> agreed = List.of();
  private long rounds;

  /** Borrows both. */
  Agreement(AllReduce allReduce, TrainingProgram program) {
    this.allReduce = allReduce;
    this.program = program;
    this.apart = new StepsApart(program.objective().accumulators());
  }

  /** The steps since workers agreed last. */
  StepsApart apart() {
    return apart;
  }

  /** Replaces the arrays and the state's mutable state by their means, and tells its last step. */
  TrainingState reach(TrainingState own, List<float[]> averaged) throws ExchangeException {
    float[] networkState = own.networkState();
    int size = Math.addExact(networkState.length, apart.size());
    for (float[] array : averaged) {
      size = Math.addExact(size, array.length);
    }
    float[] exchange = new float[size];
    float share = apart.share();
    int at = put(networkState, share, exchange, 0);
    for (float[] array : averaged) {
      at = put(array, share, exchange, at);
    }
    apart.put(exchange, at);
    allReduce.sum(exchange, own.step());
    at = take(exchange, 0, networkState);
    for (float[] array : averaged) {
      at = take(exchange, at, array);
    }
    program.state().write(networkState, 0, networkState.length);
    agreed = apart.take(exchange, at);
    return own.withLast(agreed.get(agreed.size() - 1));
  }

  private static int put(float[] from, float share, float[] exchange, int at) {
    for (int i = 0; i < from.length; i++) {
      exchange[at + i] = from[i] * share;
    }
    return at + from.length;
  }

  private static int take(float[] exchange, int at, float[] into) {
    System.arraycopy(exchange, at, into, 0, into.length);
    return at + into.length;
  }

  /** What has been agreed on and not been taken. */
  List<StepMeasure> take() {
    List<StepMeasure> taken = agreed;
    agreed = List.of();
    return taken;
  }

  double[] sum(double[] mine) throws ExchangeException {
    return allReduce.sum(mine, ++rounds);
  }

  /** Waits until all workers have come here. */
  void awaitAll() throws ExchangeException {
    sum(new double[] {1});
  }
}
