package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.training.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostAllReduceTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** Threads of each process. */
  static Stream<List<Integer>> worlds() {
    return Stream.of(
        List.of(1), List.of(4), List.of(1, 1), List.of(2, 2), List.of(3, 1), List.of(1, 4, 2));
  }

  @AfterEach
  void noThreadIsLeft() {
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void sumsFloatsOfEverySizeToTheSameBitsOnEveryRank(List<Integer> threads) throws Exception {
    try (Hosts hosts = Hosts.open(threads, TIMEOUT, WireFormat.FLOAT32)) {
      for (int size : new int[] {0, 1, 3, 1000, 100_003}) {
        List<float[]> sums =
            hosts.onEachRank(
                rank -> {
                  float[] data = floats(rank.rank(), size);
                  rank.sum(data, 5);
                  return data;
                });
        double[] expected = slowSum(hosts.worldSize(), size);
        for (int i = 0; i < size; i++) {
          assertThat((double) sums.get(0)[i]).isCloseTo(expected[i], within(1e-5));
        }
        assertThat(sums).allSatisfy(rank -> assertThat(rank).isEqualTo(sums.get(0)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void leavesElementsOutsideTheRangeAlone(List<Integer> threads) throws Exception {
    try (Hosts hosts = Hosts.open(threads, TIMEOUT, WireFormat.FLOAT32)) {
      List<float[]> sums =
          hosts.onEachRank(
              rank -> {
                float[] data = {1, 1, 1, 1, 1};
                rank.sum(data, 1, 4, 0);
                return data;
              });
      float sum = hosts.worldSize();
      assertThat(sums).allSatisfy(rank -> assertThat(rank).containsExactly(1, sum, sum, sum, 1));
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void sumsDoublesInTheOrderOfRanks(List<Integer> threads) throws Exception {
    try (Hosts hosts = Hosts.open(threads, TIMEOUT, WireFormat.FLOAT32)) {
      for (int size : new int[] {0, 1, 3, 5000}) {
        double[] expected = new double[size];
        for (int rank = 0; rank < hosts.worldSize(); rank++) {
          double[] mine = doubles(rank, size);
          for (int i = 0; i < size; i++) {
            expected[i] += mine[i];
          }
        }
        List<double[]> sums = hosts.onEachRank(rank -> rank.sum(doubles(rank.rank(), size), 7));
        assertThat(sums).allSatisfy(rank -> assertThat(rank).isEqualTo(expected));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void gathersThePartsOfAllRanks(List<Integer> threads) throws Exception {
    try (Hosts hosts = Hosts.open(threads, TIMEOUT, WireFormat.FLOAT32)) {
      for (int length : new int[] {0, 1, 5, 30_000}) {
        float[] expected = new float[length * hosts.worldSize() + 1];
        for (int i = 0; i < expected.length - 1; i++) {
          expected[i] = i;
        }
        List<float[]> gathered =
            hosts.onEachRank(
                rank -> {
                  float[] data = new float[expected.length];
                  int from = rank.rank() * length;
                  System.arraycopy(expected, from, data, from, length);
                  rank.gather(data, length, 7);
                  return data;
                });
        assertThat(gathered).allSatisfy(data -> assertThat(data).isEqualTo(expected));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void broadcastsWhatAnyRankHas(List<Integer> threads) throws Exception {
    try (Hosts hosts = Hosts.open(threads, TIMEOUT, WireFormat.FLOAT32)) {
      for (int root = 0; root < hosts.worldSize(); root++) {
        int from = root;
        List<float[]> given =
            hosts.onEachRank(
                rank -> {
                  float[] data = floats(rank.rank(), 40_003);
                  rank.broadcast(data, 40_002, from, from);
                  return data;
                });
        for (int rank = 0; rank < given.size(); rank++) {
          float[] expected = floats(root, 40_003);
          expected[40_002] = floats(rank, 40_003)[40_002];
          assertThat(given.get(rank)).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void onlyWhatTravelsIsRoundedAndTheSpeakerOwesIt() throws Exception {
    int size = 100_003;
    try (Hosts hosts = Hosts.open(List.of(2, 3), TIMEOUT, WireFormat.BFLOAT16)) {
      List<float[][]> outcomes =
          hosts.onEachRank(
              rank -> {
                float[] data = floats(rank.rank(), size);
                float[] lost = new float[size];
                rank.sumRounded(data, 0, size, lost, 5);
                return new float[][] {data, lost};
              });
      double[] expected = slowSum(5, size);
      for (int i = 0; i < size; i++) {
        double sum = outcomes.get(0)[0][i];
        for (float[][] outcome : outcomes) {
          sum += outcome[1][i];
        }
        assertThat(sum).isCloseTo(expected[i], within(1e-5));
      }
      assertThat(outcomes.get(1)[1]).containsOnly(0);
      assertThat(outcomes)
          .allSatisfy(outcome -> assertThat(outcome[0]).isEqualTo(outcomes.get(0)[0]));
    }
  }

  @Test
  void whatTravelsDoesNotGrowWithTheThreads() throws Exception {
    try (Hosts hosts = Hosts.open(List.of(4, 4), TIMEOUT, WireFormat.FLOAT32)) {
      long before = hosts.rank(0).traffic().bytesSent();
      assertThat(
              hosts.onEachRank(
                  rank -> {
                    rank.sum(new float[100_000], 1);
                    return rank.traffic().bytesSent();
                  }))
          .hasSize(8);
      assertThat(hosts.rank(0).traffic().bytesSent() - before).isEqualTo(400_000);
      assertThat(hosts.rank(1).traffic().bytesSent()).isZero();
    }
  }

  @Test
  void aThreadThatLeavesFailsAllOthersOfAllProcesses() throws Exception {
    try (Hosts hosts = Hosts.open(List.of(3, 2), TIMEOUT, WireFormat.FLOAT32)) {
      long start = System.nanoTime();
      List<LostRoundException> failures =
          hosts.failuresOnEachRank(
              rank -> {
                for (long step = 0; step < 1000; step++) {
                  if (rank.rank() == 1 && step == 5) {
                    rank.close();
                  }
                  rank.sum(new float[100_000], step);
                }
                return "all sums";
              });

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(failures).allSatisfy(e -> assertThat(e.step()).isBetween(4L, 5L));
      assertThat(failures.get(2))
          .hasMessageEndingWith("Rank 1 closed the exchange of its process.")
          .returns(true, LostRoundException::isSecondary);
    }
  }

  @Test
  void aSilentThreadIsAnErrorAfterTheTimeout() throws Exception {
    CountDownLatch over = new CountDownLatch(3);
    try (Hosts hosts = Hosts.open(List.of(2, 2), Duration.ofMillis(500), WireFormat.FLOAT32)) {
      List<LostRoundException> failures =
          hosts.failuresOnEachRank(
              rank -> {
                if (rank.rank() == 3) {
                  over.await();
                }
                try {
                  rank.sum(new float[100_000], 812);
                  return "a sum";
                } finally {
                  over.countDown();
                }
              });
      assertThat(failures.get(2))
          .hasMessageMatching(
              "Rank 2 waited \\d+ ms for the other ranks of its process in step 812\\.");
      assertThat(failures.get(3)).hasMessageContaining("The first failure was: Rank 2 waited ");
    }
  }

  @Test
  void threadsInDifferentStepsAreAnErrorThatNamesBoth() throws Exception {
    try (Hosts hosts = Hosts.open(List.of(2), TIMEOUT, WireFormat.FLOAT32)) {
      List<LostRoundException> failures =
          hosts.failuresOnEachRank(
              rank -> {
                rank.sum(new float[10], 5 + rank.rank());
                return "a sum";
              });
      assertThat(failures.get(1))
          .hasMessage(
              "Rank 1 brings 10 numbers to step 6, but rank 0 of its process 10 numbers to step 5."
                  + " All ranks must bring arrays of the same type and length in the same step.");
    }
  }

  @Test
  void rejectsAProcessWithoutThreads() {
    assertThatThrownBy(() -> AllReduce.sharing(new LocalAllReduce(), 0, TIMEOUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid number of threads 0. Use at least 1.");
  }

  private static double[] slowSum(int worldSize, int size) {
    double[] sums = new double[size];
    for (int rank = 0; rank < worldSize; rank++) {
      float[] data = floats(rank, size);
      for (int i = 0; i < size; i++) {
        sums[i] += data[i];
      }
    }
    return sums;
  }

  private static float[] floats(int rank, int size) {
    Random random = new Random(31L * rank + size);
    float[] data = new float[size];
    for (int i = 0; i < size; i++) {
      data[i] = random.nextFloat() - 0.5f;
    }
    return data;
  }

  private static double[] doubles(int rank, int size) {
    return new Random(31L * rank + size).doubles(size).toArray();
  }

  /** Processes, each with some ranks; all are threads of this one. */
  private static final class Hosts implements AutoCloseable {

    private final LoopbackCluster processes;
    private final List<AllReduce> ranks;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private Hosts(LoopbackCluster processes, List<AllReduce> ranks) {
      this.processes = processes;
      this.ranks = ranks;
    }

    static Hosts open(List<Integer> threads, Duration timeout, WireFormat format) throws Exception {
      LoopbackCluster processes =
          threads.size() == 1
              ? LoopbackCluster.open(Wiring.IN_MEMORY, 1, TIMEOUT)
              : LoopbackCluster.open(Wiring.TCP_AUTHENTICATED, threads.size(), TIMEOUT, format);
      List<AllReduce> ranks = new ArrayList<>();
      processes
          .onEachRank(outer -> AllReduce.sharing(outer, threads.get(outer.rank()), timeout))
          .forEach(ranks::addAll);
      return new Hosts(processes, ranks);
    }

    int worldSize() {
      return ranks.size();
    }

    AllReduce rank(int rank) {
      return ranks.get(rank);
    }

    <T> List<T> onEachRank(LoopbackCluster.Task<T> task) throws Exception {
      List<T> results = new ArrayList<>();
      for (Future<T> future : submit(task)) {
        results.add(future.get(60, TimeUnit.SECONDS));
      }
      return results;
    }

    List<LostRoundException> failuresOnEachRank(LoopbackCluster.Task<?> task) throws Exception {
      LostRoundException[] failures = new LostRoundException[ranks.size()];
      List<? extends Future<?>> futures = submit(task);
      for (int rank = 0; rank < failures.length; rank++) {
        try {
          throw new AssertionError("Rank returned " + futures.get(rank).get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
          failures[rank] = (LostRoundException) e.getCause();
        }
      }
      return Arrays.asList(failures);
    }

    private <T> List<Future<T>> submit(LoopbackCluster.Task<T> task) {
      List<Future<T>> futures = new ArrayList<>();
      for (int rank = 0; rank < ranks.size(); rank++) {
        AllReduce self = ranks.get(rank);
        assertThat(self.rank()).isEqualTo(rank);
        assertThat(self.worldSize()).isEqualTo(ranks.size());
        futures.add(threads.submit(() -> task.run(self)));
      }
      return futures;
    }

    @Override
    public void close() {
      ranks.forEach(AllReduce::close);
      processes.close();
      threads.shutdownNow();
    }
  }
}
