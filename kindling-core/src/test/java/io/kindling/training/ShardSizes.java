package io.kindling.training;

import io.kindling.tensor.Batch;
import java.util.Set;

/** Shards of which only the sizes matter. */
record ShardSizes(int[] sizes, Set<Integer> held) implements ShardedRows {

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
    return held.contains(shard);
  }

  @Override
  public void copy(int shard, int row, Batch batch, int at) {
    throw new UnsupportedOperationException("These shards have no columns.");
  }
}
