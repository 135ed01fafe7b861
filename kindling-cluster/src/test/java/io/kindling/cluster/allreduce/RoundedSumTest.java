package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cluster.LoopbackThreads;
import io.kindling.training.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RoundedSumTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  /** Enough for the ring whatever the world size. */
  private static final int LARGE = 40_003;

  /** What a rank ends with. */
  private record Outcome(float[] sums, float[] lost) {}

  static Stream<Arguments> worlds() {
    List<Arguments> worlds = new ArrayList<>();
    for (WireFormat format : WireFormat.values()) {
      for (int size = 1; size <= 8; size++) {
        worlds.add(Arguments.of(format, World.apart(Wiring.TCP_AUTHENTICATED, size)));
      }
      World.shared().forEach(world -> worlds.add(Arguments.of(format, world)));
    }
    return worlds.stream();
  }

  @AfterEach
  void noThreadIsLeft() {
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void isWithinThePrecisionOfTheFormatAndTheSameBitsOnEveryRank(WireFormat format, World world)
      throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT, format)) {
      long step = 0;
      for (int size : new int[] {0, 1, worldSize - 1, 17, 1000, LARGE, 150_001}) {
        List<Outcome> outcomes = sum(cluster, size, ++step);
        double[] expected = world.slowSum(size);
        float[] sums = outcomes.get(0).sums();
        for (int i = 0; i < size; i++) {
          // Each of worldSize roundings is of a partial sum of numbers of at most a half.
          double bound = worldSize * (worldSize / 2.0) * precision(format) + 1e-5;
          assertThat((double) sums[i]).as("of %d", size).isCloseTo(expected[i], within(bound));
        }
        for (Outcome outcome : outcomes) {
          assertThat(bits(outcome.sums())).isEqualTo(bits(sums));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void whatTheRanksLoseIsWhatTheSumLacks(WireFormat format, World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT, format)) {
      List<Outcome> outcomes = sum(cluster, LARGE, 1);
      double[] expected = world.slowSum(LARGE);
      for (int i = 0; i < LARGE; i++) {
        double sum = outcomes.get(0).sums()[i];
        for (Outcome outcome : outcomes) {
          sum += outcome.lost()[i];
        }
        assertThat(sum).isCloseTo(expected[i], within(2e-6 * worldSize));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void takesHalfTheBytes(WireFormat format) throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(Wiring.IN_MEMORY, 4, TIMEOUT, format)) {
      assertThat(sum(cluster, 100_000, 1)).hasSize(4);
      for (int rank = 0; rank < 4; rank++) {
        assertThat(cluster.rank(rank).traffic().bytesSent()).isEqualTo(2 * 3 * 25_000 * 2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void infinitiesAndNansReachEveryRankAndAreNotOwed(WireFormat format) throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(Wiring.IN_MEMORY, 3, TIMEOUT, format)) {
      List<Outcome> outcomes =
          cluster.onEachRank(
              ring -> {
                float[] data = new float[LARGE];
                if (ring.rank() == 1) {
                  data[5] = Float.POSITIVE_INFINITY;
                  data[LARGE - 1] = Float.NaN;
                }
                float[] lost = new float[LARGE];
                ring.sumRounded(data, 0, LARGE, lost, 1);
                return new Outcome(data, lost);
              });
      for (Outcome outcome : outcomes) {
        assertThat(outcome.sums()[5]).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(outcome.sums()[LARGE - 1]).isNaN();
        assertThat(outcome.lost()).containsOnly(0);
      }
    }
  }

  /** Beside a large gradient of the other rank, the small one is less than half of a last bit. */
  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "FLOAT16"})
  void aTinyGradientArrivesInTheLongRunAndIsLostWithoutFeedback(WireFormat format)
      throws Exception {
    int rounds = 400;
    float tiny = 1e-4f;
    try (LoopbackCluster cluster = LoopbackCluster.open(Wiring.IN_MEMORY, 2, TIMEOUT, format)) {
      List<double[]> totals =
          cluster.onEachRank(
              ring -> {
                ErrorFeedback feedback = new ErrorFeedback(ring, LARGE);
                double[] total = new double[2]; // [with, without]
                for (int round = 0; round < rounds; round++) {
                  float[] with = new float[LARGE];
                  Arrays.fill(with, ring.rank() == 0 ? 1 : tiny);
                  float[] without = with.clone();
                  feedback.sum(with, 2L * round);
                  ring.sumRounded(without, 0, LARGE, new float[LARGE], 2L * round + 1);
                  total[0] += with[LARGE / 3] - 1;
                  total[1] += without[LARGE / 3] - 1;
                }
                return total;
              });
      for (double[] total : totals) {
        assertThat(total[1]).isZero();
        // Off by what is still owed: a rounding each.
        assertThat(total[0]).isCloseTo(rounds * tiny, within(2 * precision(format) + 1e-4));
      }
    }
  }

  @Test
  void ranksOfDifferentFormatsAreAnError() throws Exception {
    List<WireFormat> formats = List.of(WireFormat.BFLOAT16, WireFormat.FLOAT16);
    try (LoopbackCluster cluster = LoopbackCluster.open(Wiring.IN_MEMORY, formats, TIMEOUT)) {
      List<LostRoundException> failures =
          cluster.failuresOnEachRank(
              ring -> {
                ring.sumRounded(new float[LARGE], 0, LARGE, new float[LARGE], 1);
                return "a sum";
              });
      assertThat(failures)
          .anySatisfy(
              e ->
                  assertThat(e)
                      .hasMessageContaining("All ranks must bring arrays of the same type"));
    }
  }

  private static List<Outcome> sum(LoopbackCluster cluster, int size, long step) throws Exception {
    return cluster.onEachRank(
        ring -> {
          float[] data = World.floats(ring.rank(), size);
          float[] lost = new float[size];
          ring.sumRounded(data, 0, size, lost, step);
          return new Outcome(data, lost);
        });
  }

  /** Half of the last bit of 1. */
  private static double precision(WireFormat format) {
    return switch (format) {
      case FLOAT32 -> 0x1p-24;
      case BFLOAT16 -> 0x1p-8;
      case FLOAT16 -> 0x1p-11;
    };
  }

  private static int[] bits(float[] array) {
    int[] bits = new int[array.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(array[i]));
    return bits;
  }
}
