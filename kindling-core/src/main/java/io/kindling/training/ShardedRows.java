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

  /**
   * Says in which order a held shard's rows will be copied from now on: {@code order[from]}, {@code
   * order[from + 1]} and so on, until more is said. Rows that lie on a disk may be read ahead by
   * it; it changes no result. Rows may be copied in another order, or without a word, at the speed
   * of reading one by one.
   *
   * @param order borrowed until more is said; its numbers do not change
   */
  default void expect(int shard, int[] order, int from) {}

  /** Rows of all shards. */
  default long rows() {
    long rows = 0;
    for (int shard = 0; shard < shards(); shard++) {
      rows += rows(shard);
    }
    return rows;
  }
}
