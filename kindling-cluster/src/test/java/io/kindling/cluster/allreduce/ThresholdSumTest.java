package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cluster.LoopbackThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ThresholdSumTest {

  private static final int ROUNDS = 30;

  /** The sum of all rounds on one rank, and what it has not sent. */
  private record Outcome(float[] sums, float[] residual) {}

  static Stream<Arguments> worlds() {
    List<Arguments> worlds = new ArrayList<>();
    for (int worldSize : new int[] {1, 2, 3, 4, 5, 8}) {
      for (int size : new int[] {0, 1, worldSize - 1, 5000}) {
        worlds.add(Arguments.of(worldSize, size));
      }
    }
    return worlds.stream();
  }

  @AfterEach
  void noThreadIsLeft() {
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void allRoundsAndWhatRanksKeepAreAllGradientsAndEveryRankHoldsTheSameBits(int worldSize, int size)
      throws Exception {
    try (LoopbackCluster cluster =
        LoopbackCluster.open(Wiring.IN_MEMORY, worldSize, Duration.ofSeconds(20))) {
      List<Outcome> outcomes = cluster.onEachRank(ring -> run(ring, size));
      double[] expected = new double[size];
      for (int rank = 0; rank < worldSize; rank++) {
        for (int round = 0; round < ROUNDS; round++) {
          float[] gradient = gradient(rank, round, size);
          for (int i = 0; i < size; i++) {
            expected[i] += gradient[i];
          }
        }
      }
      for (Outcome outcome : outcomes) {
        assertThat(outcome.sums()).isEqualTo(outcomes.get(0).sums());
      }
      for (int i = 0; i < size; i++) {
        double sum = outcomes.get(0).sums()[i];
        for (Outcome outcome : outcomes) {
          sum += outcome.residual()[i];
        }
        assertThat(sum).isCloseTo(expected[i], within(1e-3));
      }
    }
  }

  private static Outcome run(AllReduce ring, int size) throws Exception {
    ThresholdCode code = new ThresholdCode(size, 0.02);
    ThresholdSum threshold = new ThresholdSum(ring, code);
    float[] total = new float[size];
    for (int round = 0; round < ROUNDS; round++) {
      float[] data = gradient(ring.rank(), round, size);
      threshold.sum(data, round);
      for (int i = 0; i < size; i++) {
        total[i] += data[i];
      }
    }
    return new Outcome(total, code.residual());
  }

  private static float[] gradient(int rank, int round, int size) {
    Random random = new Random(1000L * rank + round);
    float[] gradient = new float[size];
    for (int i = 0; i < size; i++) {
      gradient[i] = (float) random.nextGaussian() / (1 + rank);
    }
    return gradient;
  }
}
