package io.kindling.spark.job;

import io.kindling.training.TrainingFailedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.RDDBlockId;
import scala.collection.immutable.Seq;

/**
 * Makes shards again that no executor keeps any longer, from the data they came from, as an
 * ordinary Spark job with all of Spark's retries: workers cannot, because their jobs do not know
 * the shuffle behind the shards.
 */
final class ShardRestoring implements AutoCloseable {

  private final SparkContext context;
  private final ShardedData data;
  private final String tag;
  private Optional<BackgroundJob> running = Optional.empty();
  private volatile Optional<Throwable> failure = Optional.empty();

  ShardRestoring(SparkContext context, ShardedData data, String tag) {
    this.context = context;
    this.data = data;
    this.tag = tag + "-rows";
  }

  /** The shards that no executor keeps, as far as Spark knows. */
  List<Integer> missing() {
    BlockId[] blocks = new BlockId[data.rows().training().length];
    for (int shard = 0; shard < blocks.length; shard++) {
      blocks[shard] = new RDDBlockId(data.shards().id(), shard);
    }
    Seq<Seq<BlockManagerId>> keepers =
        SparkEnv.get().blockManager().master().getLocations(blocks).toSeq();
    List<Integer> missing = new ArrayList<>();
    for (int shard = 0; shard < blocks.length; shard++) {
      if (keepers.apply(shard).isEmpty()) {
        missing.add(shard);
      }
    }
    return missing;
  }

  /** Whether a job is under way. */
  boolean isRunning() {
    return running.filter(BackgroundJob::isRunning).isPresent();
  }

  /** Whether a job is under way and has what it needs: tasks of it run. */
  boolean isWorking() {
    SparkStatusTracker tracker = context.statusTracker();
    return isRunning()
        && Arrays.stream(tracker.getJobIdsForTag(tag))
            .mapToObj(tracker::getJobInfo)
            .filter(job -> job.isDefined())
            .flatMapToInt(job -> Arrays.stream(job.get().stageIds()))
            .mapToObj(tracker::getStageInfo)
            .anyMatch(stage -> stage.isDefined() && stage.get().numActiveTasks() > 0);
  }

  /** Why the last job failed, if it did. */
  Optional<Throwable> failure() {
    return failure;
  }

  /** Begins to make the shards again, on a thread of its own. */
  void begin(List<Integer> shards) {
    failure = Optional.empty();
    running =
        Optional.of(
            BackgroundJob.start(
                context,
                tag,
                "kindling-restoring-driver",
                "Kindling makes " + shards.size() + " shards again",
                () -> restore(shards)));
  }

  private void restore(List<Integer> shards) {
    try {
      if (data.shards().outputDeterministicLevel().equals(DeterministicLevel.INDETERMINATE())) {
        throw new TrainingFailedException(
            "All copies of shards "
                + shards
                + " are lost, and they cannot be made again, because their input gives other rows each time it is"
                + " computed. Write it to files, or persist it, before training.",
            null);
      }
      int[] partitions = shards.stream().mapToInt(Integer::intValue).toArray();
      List<long[]>[] made =
          data.shards().toJavaRDD().mapPartitions(Dealer::count).collectPartitions(partitions);
      for (int i = 0; i < partitions.length; i++) {
        refuseOther(partitions[i], made[i].get(0)[2]);
      }
    } catch (Throwable e) { // Spark throws checked exceptions that its methods do not declare
      failure = Optional.of(e);
    }
  }

  private void refuseOther(int shard, long checksum) {
    if (checksum != data.rows().checksums()[shard]) {
      throw new TrainingFailedException(
          "Shard "
              + shard
              + " has other rows than when it was made: its input gives other rows when it is computed again. Write it"
              + " to files, or persist it, before training.",
          null);
    }
  }

  /** Ends a job that is under way. */
  @Override
  public void close() {
    running.ifPresent(BackgroundJob::close);
  }
}
