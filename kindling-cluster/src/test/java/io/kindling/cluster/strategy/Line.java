package io.kindling.cluster.strategy;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.tensor.Batch;
import io.kindling.training.ShardedRows;
import java.util.SplittableRandom;

/**
 * Rows that a rank holds of shards of uneven sizes, with targets that a network of one hidden layer
 * can learn.
 */
record Line(int[] sizes, int rank, int workers) implements ShardedRows {

  static final int[] SIZES = {31, 40, 0, 7, 38, 25, 40};
  private static final int FEATURES = 3;

  static Line of(int rank, int workers) {
    return new Line(SIZES, rank, workers);
  }

  static Objective objective() {
    return Objective.of(
        Network.sequential(Input.of("x", FEATURES), Dense.of(5).tanh(), Dense.of(1)),
        Loss.meanSquaredError(),
        Metric.meanAbsoluteError());
  }

  @Override
  public int shards() {
    return sizes.length;
  }

  @Override
  public int rows(int shard) {
    return sizes[shard];
  }

  @Override
  public boolean holds(int shard) {
    return shard % workers == rank;
  }

  @Override
  public void copy(int shard, int row, Batch batch, int at) {
    SplittableRandom random = new SplittableRandom(shard * 1000L + row);
    double sum = 0.5;
    for (int i = 0; i < FEATURES; i++) {
      float value = (float) random.nextDouble(-1, 1);
      batch.column(0).putFloat((at * FEATURES + i) * Float.BYTES, value);
      sum += value * (i + 1) / 4;
    }
    batch.column(1).putFloat(at * Float.BYTES, (float) sum);
  }
}
