package io.kindling.spark.job;

import java.util.ArrayList;
import java.util.List;

/**
 * Which executor each rank should run on, and with how many threads: ranks are dealt round the
 * executors, and share an executor's cores. Shard s belongs to rank s mod learners, so that equal
 * settings give equal sums, bit for bit.
 *
 * @param executors the executor of each rank
 * @param threads the engine threads of each rank
 * @param learners ranks that have rows, the lowest
 */
record Placement(
    List<Executors.Executor> executors, List<Integer> threads, int learners, int shards) {

  Placement {
    executors = List.copyOf(executors);
    threads = List.copyOf(threads);
  }

  static Placement of(List<Executors.Executor> available, int workers, int learners, int shards) {
    List<Executors.Executor> executors = new ArrayList<>();
    List<Integer> threads = new ArrayList<>();
    for (int rank = 0; rank < workers; rank++) {
      int place = rank % available.size();
      int sharing = (workers - place + available.size() - 1) / available.size();
      executors.add(available.get(place));
      threads.add(Math.max(1, available.get(place).cores() / sharing));
    }
    return new Placement(executors, threads, learners, shards);
  }

  int workers() {
    return executors.size();
  }

  /** The most ranks that share one executor. */
  int mostWorkersPerExecutor() {
    return (int)
        executors.stream()
            .mapToLong(executor -> executors.stream().filter(executor::equals).count())
            .max()
            .orElse(0);
  }

  int rankOf(int shard) {
    return shard % learners;
  }

  /** Which executor should keep a shard: its worker's. */
  Executors.Executor executorOf(int shard) {
    return executors.get(rankOf(shard));
  }
}
