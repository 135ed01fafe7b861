package io.kindling.predict;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How much a {@link Predictor} takes on at once.
 *
 * @param concurrency calls that compute at the same time
 * @param queue further calls that wait for their turn; more are refused
 * @param memory bytes of the inputs of all calls that compute or wait; a call that comes when there
 *     is no other is always taken
 * @param patience how long a call waits for its turn before it is refused
 * @param microBatching how calls are joined; empty where each is computed by itself
 */
public record PredictorOptions(
    int concurrency,
    int queue,
    long memory,
    Duration patience,
    Optional<MicroBatching> microBatching) {

  /** 256 calls: a second's worth of a small network, for callers that wait patiently. */
  public static final int DEFAULT_QUEUE = 256;

  /** 1 GiB: some thousand pictures. */
  public static final long DEFAULT_MEMORY = 1L << 30;

  /** 30 seconds: longer than any caller of a service waits. */
  public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

  public PredictorOptions {
    Objects.requireNonNull(patience, "patience");
    Objects.requireNonNull(microBatching, "microBatching");
    if (concurrency < 1 || queue < 0 || memory < 1 || patience.isNegative()) {
      throw new IllegalArgumentException(
          "Invalid options of a predictor: concurrency %d, queue %d, memory %d, patience %s. Use a concurrency and a memory of at least 1, and a queue and a patience of at least 0."
              .formatted(concurrency, queue, memory, patience));
    }
  }

  /** As many calls at once as there are cores. */
  public static PredictorOptions defaults() {
    return new PredictorOptions(
        Runtime.getRuntime().availableProcessors(),
        DEFAULT_QUEUE,
        DEFAULT_MEMORY,
        DEFAULT_PATIENCE,
        Optional.empty());
  }

  public PredictorOptions withConcurrency(int calls) {
    return new PredictorOptions(calls, queue, memory, patience, microBatching);
  }

  public PredictorOptions withQueue(int calls) {
    return new PredictorOptions(concurrency, calls, memory, patience, microBatching);
  }

  public PredictorOptions withMemory(long bytes) {
    return new PredictorOptions(concurrency, queue, bytes, patience, microBatching);
  }

  public PredictorOptions withPatience(Duration longest) {
    return new PredictorOptions(concurrency, queue, memory, longest, microBatching);
  }

  public PredictorOptions withMicroBatching(int maxRows, Duration maxDelay) {
    return new PredictorOptions(
        concurrency, queue, memory, patience, Optional.of(new MicroBatching(maxRows, maxDelay)));
  }
}
