package io.kindling.spark.job;

import org.apache.spark.Partition;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.types.StructType;

/**
 * A data set in its shards, kept by Spark on the executors; given back when closed.
 *
 * @param shards the pieces of one shard per partition, persisted and there
 * @param training rows to train on in each shard
 * @param validation rows kept for validation in each shard
 * @param schema of the columns that were bound
 */
record ShardedData(
    RDD<ShardPiece> shards,
    Placement placement,
    int[] training,
    int[] validation,
    StructType schema)
    implements AutoCloseable {

  /** The partition that is a shard, worked out on the driver because workers cannot. */
  Partition partition(int shard) {
    return shards.partitions()[shard];
  }

  long trainingRows() {
    long rows = 0;
    for (int each : training) {
      rows += each;
    }
    return rows;
  }

  @Override
  public void close() {
    // Spark asks its block managers in a way that an interrupted thread cannot.
    boolean interrupted = Thread.interrupted();
    try {
      shards.unpersist(false);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
