package io.kindling.spark.job;

import io.kindling.spark.checkpoint.Checkpoint;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.types.StructType;

/**
 * A data set in its shards, kept by Spark on the executors; given back when closed.
 *
 * @param shards the pieces of one shard per partition, persisted and there
 * @param rows how many rows each shard has, and which
 * @param schema of the columns that were bound
 */
record ShardedData(
    RDD<ShardPiece> shards, Placement placement, Checkpoint.Rows rows, StructType schema)
    implements AutoCloseable {

  long trainingRows() {
    long sum = 0;
    for (int each : rows.training()) {
      sum += each;
    }
    return sum;
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
