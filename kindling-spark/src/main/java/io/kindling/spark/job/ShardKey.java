package io.kindling.spark.job;

import java.io.Serializable;
import java.util.Comparator;
import org.apache.spark.Partitioner;

/**
 * Where a piece belongs: its shard, and its place in it, which the arrival of pieces does not
 * change. Spark's shuffle sends and sorts by it.
 */
final class ShardKey implements Serializable, Comparable<ShardKey> {

  private static final long serialVersionUID = 1;

  private static final Comparator<ShardKey> ORDER =
      Comparator.comparingInt((ShardKey key) -> key.shard)
          .thenComparingInt(key -> key.partition)
          .thenComparingInt(key -> key.sequence)
          .thenComparing(key -> key.validation);

  private final int shard;
  private final int partition;
  private final int sequence;
  private final boolean validation;

  /**
   * @param partition the input partition the piece comes from
   * @param sequence which piece of the partition for this shard this is, of those for training or
   *     of those for validation
   * @param validation whether it is kept for validation
   */
  ShardKey(int shard, int partition, int sequence, boolean validation) {
    this.shard = shard;
    this.partition = partition;
    this.sequence = sequence;
    this.validation = validation;
  }

  @Override
  public int compareTo(ShardKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ShardKey key && compareTo(key) == 0;
  }

  @Override
  public int hashCode() {
    return ((31 * shard + partition) * 31 + sequence) * 2 + (validation ? 1 : 0);
  }

  @Override
  public String toString() {
    return "piece %d%s of partition %d for shard %d"
        .formatted(sequence, validation ? " (validation)" : "", partition, shard);
  }

  /** Sends every piece to its shard. */
  static final class ByShard extends Partitioner {

    private static final long serialVersionUID = 1;

    private final int shards;

    ByShard(int shards) {
      this.shards = shards;
    }

    @Override
    public int numPartitions() {
      return shards;
    }

    @Override
    public int getPartition(Object key) {
      return ((ShardKey) key).shard;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByShard same && same.shards == shards;
    }

    @Override
    public int hashCode() {
      return shards;
    }
  }
}
