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

class AllReduceContractTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  static Stream<Arguments> worlds() {
    List<Arguments> worlds = new ArrayList<>();
    for (Wiring wiring : Wiring.values()) {
      for (int worldSize : new int[] {1, 2, 3, 4, 5, 8}) {
        worlds.add(Arguments.of(wiring, worldSize));
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
  void sumsFloatsOfEverySizeToTheSameBitsOnEveryRank(Wiring wiring, int worldSize)
      throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, worldSize, TIMEOUT)) {
      long step = 0;
      for (int size : sizes(worldSize)) {
        List<float[]> sums = sumFloats(cluster, size, ++step);
        List<float[]> again = sumFloats(cluster, size, ++step);

        float[] expected = slowSum(worldSize, size);
        assertThat(sums.get(0)).as("size %d", size).hasSameSizeAs(expected);
        for (int i = 0; i < size; i++) {
          assertThat(sums.get(0)[i]).isCloseTo(expected[i], within(1e-5f * worldSize));
        }

        assertThat(sums).allSatisfy(rank -> assertThat(rank).isEqualTo(sums.get(0)));
        assertThat(again).allSatisfy(rank -> assertThat(rank).isEqualTo(sums.get(0)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void sumsDoublesInTheOrderOfRanks(Wiring wiring, int worldSize) throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, worldSize, TIMEOUT)) {
      for (int size : new int[] {0, 1, 3, 20_000}) {
        double[] expected = new double[size];
        for (int rank = 0; rank < worldSize; rank++) {
          double[] mine = doubles(rank, size);
          for (int i = 0; i < size; i++) {
            expected[i] += mine[i];
          }
        }

        List<double[]> sums = cluster.onEachRank(ring -> ring.sum(doubles(ring.rank(), size), 7));
        assertThat(sums).allSatisfy(rank -> assertThat(rank).isEqualTo(expected));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void gathersThePartsOfAllRanksBitByBit(Wiring wiring, int worldSize) throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, worldSize, TIMEOUT)) {
      for (int length : new int[] {0, 1, 5, 30_000}) {
        List<float[]> gathered =
            cluster.onEachRank(
                ring -> {
                  float[] data = new float[worldSize * length + 2];
                  for (int i = 0; i < length; i++) {
                    data[ring.rank() * length + i] = bits(ring.rank(), i);
                  }
                  ring.gather(data, length, 7);
                  return data;
                });
        for (float[] data : gathered) {
          for (int i = 0; i < worldSize * length; i++) {
            assertThat(Float.floatToRawIntBits(data[i]))
                .isEqualTo(Float.floatToRawIntBits(bits(i / length, i % length)));
          }
          assertThat(data[data.length - 1]).isZero();
        }
      }
    }
  }

  /** A whole number as the bits of a float. */
  private static float bits(int rank, int i) {
    return Float.intBitsToFloat(rank * 1_000_003 + i);
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void leavesElementsOutsideTheRangeAlone(Wiring wiring, int worldSize) throws Exception {
    try (LoopbackCluster cluster = LoopbackCluster.open(wiring, worldSize, TIMEOUT)) {
      List<float[]> sums =
          cluster.onEachRank(
              ring -> {
                float[] data = {1, 1, 1, 1, 1};
                ring.sum(data, 1, 4, 0);
                return data;
              });
      float sum = worldSize;
      assertThat(sums).allSatisfy(rank -> assertThat(rank).containsExactly(1, sum, sum, sum, 1));
    }
  }

  private static int[] sizes(int worldSize) {
    // The largest take the chunked path; one has chunks of unequal length, one spans many segments.
    return worldSize <= 3
        ? new int[] {0, 1, worldSize - 1, 17, 1000, 65_537, 300_000}
        : new int[] {0, 1, worldSize - 1, 17, 1000, 40_003};
  }

  private static List<float[]> sumFloats(LoopbackCluster cluster, int size, long step)
      throws Exception {
    return cluster.onEachRank(
        ring -> {
          float[] data = floats(ring.rank(), size);
          ring.sum(data, step);
          return data;
        });
  }

  private static float[] slowSum(int worldSize, int size) {
    double[] sums = new double[size];
    for (int rank = 0; rank < worldSize; rank++) {
      float[] data = floats(rank, size);
      for (int i = 0; i < size; i++) {
        sums[i] += data[i];
      }
    }

    float[] rounded = new float[size];
    for (int i = 0; i < size; i++) {
      rounded[i] = (float) sums[i];
    }

    return rounded;
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
}
