package io.kindling.spark.job;

import io.kindling.tensor.Batch;
import io.kindling.training.ShardedRows;
import java.util.Arrays;

/** The rows one worker holds, those for training or those for validation: whole shards. */
final class HeldRows implements ShardedRows {

  private final int[] sizes;
  private final HeldShard[] shards;
  private final AwaitedRows[] awaited;
  private final ReadAhead readAhead;

  /**
   * @param sizes rows of every shard
   * @param readAhead borrowed
   */
  HeldRows(int[] sizes, ReadAhead readAhead) {
    this.sizes = sizes.clone();
    this.shards = new HeldShard[sizes.length];
    this.awaited = new AwaitedRows[sizes.length];
    this.readAhead = readAhead;
  }

  /** Holds a shard from now on, or none. */
  void put(int shard, HeldShard rows) {
    shards[shard] = rows;
  }

  /** A shard that is held; null for none. */
  HeldShard shard(int shard) {
    return shards[shard];
  }

  /** Forgets what was expected. */
  void expectNothing() {
    Arrays.fill(awaited, null);
  }

  /** Shards of which a part is in a file. */
  int spilled() {
    int spilled = 0;
    for (HeldShard each : shards) {
      if (each != null && each.isSpilled()) {
        spilled++;
      }
    }
    return spilled;
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
    return shards[shard] != null;
  }

  @Override
  public void expect(int shard, int[] order, int from) {
    if (shards[shard].isSpilled()) {
      awaited[shard] = readAhead.expect(shards[shard], order, from);
    }
  }

  @Override
  public void copy(int shard, int row, Batch batch, int at) {
    HeldShard held = shards[shard];
    if (held == null) {
      throw new IllegalStateException("Shard " + shard + " is not held, or not any more.");
    }
    if (!held.copyFromMemory(row, batch, at)
        && (awaited[shard] == null || !awaited[shard].copy(row, batch, at))) {
      held.copyFromFile(row, batch, at);
    }
  }
}
