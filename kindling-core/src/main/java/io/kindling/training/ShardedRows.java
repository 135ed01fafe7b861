package io.kindling.training;

import io.kindling.tensor.Batch;

/**
 * The rows of a data set in their logical shards. Every worker knows how many rows each shard has;
 * it holds the rows of some.
 */
public interface ShardedRows {

  /** Logical shards, fixed for the whole training, whatever the number of workers. */
  int shards();

  /** Rows of a shard, held here or not. */
  int rows(int shard);

  /** Whether the shard's rows are here. */
  boolean holds(int shard);

  /**
   * Copies one row's columns to row {@code at} of a batch whose first columns are this data set's.
   */
  void copy(int shard, int row, Batch batch, int at);

  /** Rows of all shards. */
  default long rows() {
    long rows = 0;
    for (int shard = 0; shard < shards(); shard++) {
      rows += rows(shard);
    }
    return rows;
  }
}
