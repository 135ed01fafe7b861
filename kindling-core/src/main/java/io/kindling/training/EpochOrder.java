package io.kindling.training;

import java.util.SplittableRandom;

/**
 * Which rows make each step of one epoch: a pure function of the shards' sizes, the batch size, the
 * seed and the epoch.
 *
 * <p>Each shard's rows are put in a random order of their own. The shards are then merged evenly:
 * row k of a shard of n rows stands at (k + ½) / n of the epoch, and where two stand at one place
 * the shard with the lower number goes first. A step takes the next {@code batchSize} rows of the
 * merged order, so it takes from each shard its share, up to one row; the last step takes what is
 * left. A worker needs the order of the rows it holds and the sizes of all shards, no more.
 *
 * <p>Cost: shards × rows comparisons and one int per row held.
 */
final class EpochOrder {

  private final int[] sizes;
  private final int batchSize;
  private final long seed;
  private final int[][] orders;
  private final int[] from;
  private final int[] to;
  private final double[] place;
  private long left;

  EpochOrder(ShardedRows rows, int batchSize, long seed, int epoch) {
    int shards = rows.shards();
    this.batchSize = batchSize;
    this.seed = seed;
    this.sizes = new int[shards];
    this.orders = new int[shards][];
    this.from = new int[shards];
    this.to = new int[shards];
    this.place = new double[shards];
    this.left = rows.rows();
    for (int shard = 0; shard < shards; shard++) {
      sizes[shard] = rows.rows(shard);
      place[shard] = placeOf(0, sizes[shard]);
      if (rows.holds(shard)) {
        orders[shard] = shuffled(sizes[shard], epoch, shard);
      }
    }
  }

  /** Moves to the next step; false when the epoch is over. */
  boolean next() {
    if (left == 0) {
      return false;
    }
    System.arraycopy(to, 0, from, 0, to.length);
    int rows = (int) Math.min(batchSize, left);
    for (int i = 0; i < rows; i++) {
      int first = 0;
      for (int shard = 1; shard < place.length; shard++) {
        if (place[shard] < place[first]) {
          first = shard;
        }
      }
      to[first]++;
      place[first] = placeOf(to[first], sizes[first]);
    }
    left -= rows;
    return true;
  }

  /** Rows of this step over all shards. */
  int rows() {
    int rows = 0;
    for (int shard = 0; shard < to.length; shard++) {
      rows += rows(shard);
    }
    return rows;
  }

  /** Rows of this step in a shard. */
  int rows(int shard) {
    return to[shard] - from[shard];
  }

  /** The number, within a shard that is held, of row {@code i} of this step. */
  int row(int shard, int i) {
    return orders[shard][from[shard] + i];
  }

  /** Says in which order the held rows of the steps to come will be copied. */
  void announceTo(ShardedRows rows) {
    if (left == 0) {
      return;
    }
    for (int shard = 0; shard < orders.length; shard++) {
      if (orders[shard] != null) {
        rows.expect(shard, orders[shard], to[shard]);
      }
    }
  }

  private static double placeOf(int row, int size) {
    return row < size ? (row + 0.5) / size : Double.POSITIVE_INFINITY;
  }

  /** Fisher and Yates' shuffle. */
  private int[] shuffled(int size, int epoch, int shard) {
    SplittableRandom random = new SplittableRandom(RowKey.of(seed, epoch, shard, 0));
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
