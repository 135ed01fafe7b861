package io.kindling.spark.job;

import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.scoring.ParameterSource;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.Partition;
import org.apache.spark.rdd.RDD;

/**
 * All a worker needs to know but the job's secret, as it travels in its task's function.
 *
 * @param plan the training plan's text
 * @param job the job's name, which links are fenced by
 * @param workers how many train together
 * @param firstPort where workers listen; 0 for any free port
 * @param shards the data
 * @param partitions the partitions of the shards this rank holds, by shard
 * @param training rows of every shard to train on
 * @param validation rows of every shard for validation
 * @param engine how the executor's engine is made
 * @param rowMemory how many bytes of rows it keeps in memory
 * @param start where parameters begin; null for the plan's own beginning
 * @param callback hears of every step
 */
record WorkerOrder(
    String plan,
    String job,
    int rank,
    int workers,
    LinkSecurity security,
    String driverHost,
    int driverPort,
    int firstPort,
    int portRetries,
    RDD<ShardPiece> shards,
    Map<Integer, Partition> partitions,
    int[] training,
    int[] validation,
    ExecutorEngine engine,
    long startTimeoutSeconds,
    RowMemory rowMemory,
    ParameterSource start,
    TrainingCallback callback)
    implements Serializable {
  private static final long serialVersionUID = 1;

  @Override
  public String toString() {
    return "WorkerOrder[job=" + job + ", rank=" + rank + ", shards=" + partitions.keySet() + "]";
  }
}
