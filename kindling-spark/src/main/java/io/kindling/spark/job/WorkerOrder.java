package io.kindling.spark.job;

import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Route;
import io.kindling.spark.checkpoint.Checkpoint;
import io.kindling.spark.checkpoint.CheckpointWriter;
import io.kindling.spark.checkpoint.Checkpointing;
import io.kindling.spark.checkpoint.Resume;
import io.kindling.spark.engine.ExecutorEngine;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.scoring.ParameterSource;
import io.kindling.training.TrainingPlan;
import io.kindling.training.TrainingState;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.util.SerializableConfiguration;

/**
 * All a worker needs to know but the job's secret, as it travels in its task's function. Any worker
 * may come to be any rank.
 *
 * @param plan the training plan's text
 * @param job the job's name, which links are fenced by
 * @param place which of the job's places the worker is started for
 * @param serverPort where the parameter server of the driver listens; 0 where there is none
 * @param firstPort where workers listen; 0 for any free port
 * @param shards the number of the persisted RDD whose partitions are the shards
 * @param rows how many rows the shards have, and which
 * @param engine how the executor's engine is made
 * @param rowMemory how many bytes of rows it keeps in memory
 * @param start where parameters begin; null for the plan's own beginning
 * @param checkpointing where checkpoints go; null for none
 * @param resumeFrom the checkpoint to go on from; null for none
 * @param hadoop how file systems are reached
 * @param callback hears of every step
 * @param route how other workers and the driver are reached
 */
record WorkerOrder(
    String plan,
    String job,
    int place,
    LinkSecurity security,
    String driverHost,
    int driverPort,
    int serverPort,
    int firstPort,
    int portRetries,
    int shards,
    Checkpoint.Rows rows,
    ExecutorEngine engine,
    long startTimeoutSeconds,
    RowMemory rowMemory,
    ParameterSource start,
    Checkpointing checkpointing,
    String resumeFrom,
    SerializableConfiguration hadoop,
    TrainingCallback callback,
    Route route)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * The shards of a rank: dealt round, so that equal worlds give equal sums, bit for bit.
   *
   * @param learners how many ranks have some, the lowest
   */
  Set<Integer> shardsOf(int rank, int learners) {
    Set<Integer> mine = new TreeSet<>();
    for (int shard = rank; rank < learners && shard < rows.training().length; shard += learners) {
      mine.add(shard);
    }
    return mine;
  }

  long trainingRows() {
    return Arrays.stream(rows.training()).asLongStream().sum();
  }

  /**
   * Whether there may be a checkpoint to begin with: one rank reads it, and gives it to the others.
   */
  boolean readsCheckpoints() {
    return resumeFrom != null || checkpointing != null;
  }

  /**
   * The state training begins with, also where all workers that had a later one are lost: the
   * newest checkpoint that it has left, else that which it resumes, else its beginning. Its arrays
   * are the training's own.
   */
  TrainingState begin(TrainingPlan parsed) {
    if (readsCheckpoints()) {
      Optional<TrainingState> found =
          Resume.newest(
              Optional.ofNullable(checkpointing).map(Checkpointing::folder),
              Optional.ofNullable(resumeFrom),
              hadoop.value());
      if (found.isPresent()) {
        return found.get();
      }
    }
    return start == null
        ? parsed.initialState()
        : TrainingState.startingAt(
            start.parameters().clone(), start.state().clone(), parsed.optimizer());
  }

  /** Leaves checkpoints, where that is asked for; the caller closes it. */
  Optional<CheckpointWriter> checkpoints(Consumer<String> complaints) {
    return Optional.ofNullable(checkpointing)
        .map(
            each ->
                new CheckpointWriter(
                    each, new Checkpoint.Source(plan, rows), hadoop.value(), complaints));
  }

  @Override
  public String toString() {
    return "WorkerOrder[job=" + job + ", place=" + place + "]";
  }
}
