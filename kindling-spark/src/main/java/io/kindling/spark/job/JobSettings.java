package io.kindling.spark.job;

import io.kindling.spark.input.Device;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a training runs on the cluster.
 *
 * @param workers workers that train together; empty for one per executor
 * @param shards logical shards of the data; empty for {@link #DEFAULT_SHARDS}, or the workers if
 *     they are more
 * @param validationFraction share of rows kept for validation, drawn by the seed
 * @param validationIndicator boolean column that marks rows for validation
 * @param workerStartTimeout within which all workers must have joined
 * @param rowMemory bytes of rows that each worker keeps in memory; empty for a share of its heap
 * @param device what workers compute on
 */
public record JobSettings(
    OptionalInt workers,
    OptionalInt shards,
    double validationFraction,
    Optional<String> validationIndicator,
    Duration workerStartTimeout,
    OptionalLong rowMemory,
    Device device) {

  /**
   * Logical shards. Divides well among the usual numbers of workers, and leaves ghost batches of 16
   * rows of a batch of 128.
   */
  static final int DEFAULT_SHARDS = 8;

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
