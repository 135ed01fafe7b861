package io.kindling.spark.job;

import io.kindling.cluster.rendezvous.WorldLimits;
import io.kindling.spark.checkpoint.Checkpointing;
import io.kindling.spark.input.Device;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a training runs on the cluster.
 *
 * @param workers workers that training begins with; empty for one per executor
 * @param leastWorkers with fewer, training waits for others; empty for as many as it begins with
 * @param mostWorkers how many may join; empty for as many as it begins with
 * @param shards logical shards of the data; empty for {@link #DEFAULT_SHARDS}, or the workers if
 *     they are more
 * @param validationFraction share of rows kept for validation, drawn by the seed
 * @param validationIndicator boolean column that marks rows for validation
 * @param checkpointing where checkpoints go
 * @param resumeFrom a checkpoint, or a folder of some, to go on from
 * @param workerStartTimeout within which all workers must have joined
 * @param rowMemory bytes of rows that each worker keeps in memory; empty for a share of its heap
 * @param device what workers compute on
 */
public record JobSettings(
    OptionalInt workers,
    OptionalInt leastWorkers,
    OptionalInt mostWorkers,
    OptionalInt shards,
    double validationFraction,
    Optional<String> validationIndicator,
    Optional<Checkpointing> checkpointing,
    Optional<String> resumeFrom,
    Duration workerStartTimeout,
    OptionalLong rowMemory,
    Device device) {

  /**
   * Logical shards. Divides well among the usual numbers of workers, and leaves ghost batches of 16
   * rows of a batch of 128.
   */
  static final int DEFAULT_SHARDS = 8;

  /**
   * Workers at least, to begin with, and at most.
   *
   * @param executors there are
   * @throws IllegalArgumentException if the settings contradict each other
   */
  WorldLimits limits(int executors) {
    int wanted =
        workers.orElse(
            Math.max(leastWorkers.orElse(1), Math.min(executors, mostWorkers.orElse(executors))));
    return new WorldLimits(leastWorkers.orElse(wanted), wanted, mostWorkers.orElse(wanted));
  }

  /**
   * Before anything is waited for.
   *
   * @throws IllegalArgumentException if fewer workers are the most, or more the least
   */
  void refuseContradictions() {
    int least = leastWorkers.orElse(1);
    int wanted = workers.orElse(Math.max(least, 1));
    int most = mostWorkers.orElse(Math.max(wanted, least));
    if (least > wanted || wanted > most) {
      throw new IllegalArgumentException(
          "Invalid numbers of workers: minWorkers "
              + named(leastWorkers)
              + ", numWorkers "
              + named(workers)
              + ", maxWorkers "
              + named(mostWorkers)
              + ". None may be larger than the next.");
    }
  }

  private static String named(OptionalInt number) {
    return number.isPresent() ? String.valueOf(number.getAsInt()) : "unset";
  }

  /** The number of shards for a number of workers. */
  int shardsFor(int workers) {
    int chosen = shards.orElse(Math.max(DEFAULT_SHARDS, workers));
    if (chosen < workers) {
      throw new IllegalArgumentException(
          "Invalid numShards "
              + chosen
              + " for "
              + workers
              + " workers. Use at least as many shards as workers.");
    }
    return chosen;
  }
}
