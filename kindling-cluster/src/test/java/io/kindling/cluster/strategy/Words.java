package io.kindling.cluster.strategy;

import io.kindling.engine.Objective;
import io.kindling.engine.TrainingProgram;
import io.kindling.engine.reference.ReferenceEngine;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Embedding;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.tensor.Batch;
import io.kindling.training.ShardedRows;
import java.util.SplittableRandom;

/** Pairs of words with a number each, of which a rank holds every so many shards. */
record Words(int vocabulary, int rowsPerShard, int rank, int workers) implements ShardedRows {

  private static final int PAIR = 2;

  static Objective objective(int vocabulary, int size) {
    return Objective.of(
        Network.sequential(
            Input.ofWholeNumbers("words", PAIR),
            Embedding.of(vocabulary, size),
            Flatten.of(),
            Dense.of(1)),
        Loss.meanSquaredError());
  }

  /** A program whose gradients of the table are about rows. */
  static TrainingProgram byRows(Objective objective) {
    return new RowsOfTables(new ReferenceEngine().compile(objective), PAIR);
  }

  @Override
  public int shards() {
    return 4;
  }

  @Override
  public int rows(int shard) {
    return rowsPerShard;
  }

  @Override
  public boolean holds(int shard) {
    return shard % workers == rank;
  }

  @Override
  public void copy(int shard, int row, Batch batch, int at) {
    SplittableRandom random = new SplittableRandom(shard * 1000L + row);
    int sum = 0;
    for (int i = 0; i < PAIR; i++) {
      int word = random.nextInt(vocabulary);
      batch.column(0).putInt((at * PAIR + i) * Integer.BYTES, word);
      sum += word;
    }
    batch.column(1).putFloat(at * Float.BYTES, (float) sum / vocabulary);
  }
}
