package io.kindling.cluster.allreduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kindling.cluster.LoopbackThreads;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AllReduceContractTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @AfterEach
  void noThreadIsLeft() {
    LoopbackThreads.assertNoneLeft();
  }

  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#all")
  void sumsFloatsOfEverySizeToTheSameBitsOnEveryRank(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
      long step = 0;
      for (int size : sizes(worldSize)) {
        List<float[]> sums = sumFloats(cluster, size, ++step);
        List<float[]> again = sumFloats(cluster, size, ++step);

        double[] expected = world.slowSum(size);
        assertThat(sums.get(0)).as("size %d", size).hasSize(size);
        for (int i = 0; i < size; i++) {
          assertThat((double) sums.get(0)[i]).isCloseTo(expected[i], within(1e-5 * worldSize));
        }

        assertThat(sums).allSatisfy(rank -> assertThat(rank).isEqualTo(sums.get(0)));
        assertThat(again).allSatisfy(rank -> assertThat(rank).isEqualTo(sums.get(0)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#all")
  void sumsDoublesInTheOrderOfRanks(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
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
  @MethodSource("io.kindling.cluster.allreduce.World#all")
  void gathersThePartsOfAllRanksBitByBit(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
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

  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#all")
  void broadcastsWhatAnyRankHasBitByBit(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
      long step = 0;
      for (int root = 0; root < worldSize; root++) {
        for (int length : new int[] {0, 1, 5, 16_384, 40_003}) {
          List<float[]> given = broadcast(cluster, root, length, ++step);
          for (int rank = 0; rank < worldSize; rank++) {
            float[] data = given.get(rank);
            for (int i = 0; i < length; i++) {
              assertThat(Float.floatToRawIntBits(data[i]))
                  .as("element %d of %d on rank %d from %d", i, length, rank, root)
                  .isEqualTo(Float.floatToRawIntBits(bits(root, i)));
            }
            assertThat(data[length]).isEqualTo(-rank);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#all")
  void completesEachShareAtItsRankAndGathersTheShares(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
      long step = 0;
      for (int size : sizes(worldSize)) {
        double[] expected = world.slowSum(size);
        long round = ++step;
        List<Share> shares = cluster.onEachRank(rank -> rank.share(1, size + 1));
        List<float[]> sums =
            cluster.onEachRank(
                rank -> {
                  float[] data = new float[size + 2];
                  System.arraycopy(World.floats(rank.rank(), size), 0, data, 1, size);
                  data[0] = -1;
                  data[size + 1] = -2;
                  rank.reduceScatter(data, 1, size + 1, round);
                  Share share = rank.share(1, size + 1);
                  float[] own = Arrays.copyOfRange(data, share.from(), share.to());
                  // Whatever else there is does not matter.
                  Arrays.fill(data, 1, size + 1, Float.NaN);
                  System.arraycopy(own, 0, data, share.from(), own.length);
                  rank.allGather(data, 1, size + 1, round);
                  return data;
                });
        assertThat(shares.stream().mapToInt(share -> share.to() - share.from()).sum())
            .isEqualTo(size);
        for (float[] rank : sums) {
          assertThat(rank).isEqualTo(sums.get(0)).startsWith(-1).endsWith(-2);
          for (int i = 0; i < size; i++) {
            assertThat((double) rank[i + 1]).isCloseTo(expected[i], within(1e-5 * worldSize));
          }
        }
      }
    }
  }

  /** The ring's halves, so that nothing but the work differs from a sum of all on every rank. */
  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#all")
  void bothHalvesGiveTheBitsOfALargeSumAndItsBytes(World world) throws Exception {
    int size = 40_003;
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
      List<float[]> sums = sumFloats(cluster, size, 1);
      List<Long> bytes = cluster.onEachRank(rank -> rank.traffic().bytesSent());
      List<float[]> halves =
          cluster.onEachRank(
              rank -> {
                float[] data = World.floats(rank.rank(), size);
                rank.reduceScatter(data, 0, size, 2);
                rank.allGather(data, 0, size, 2);
                return data;
              });
      assertThat(halves).allSatisfy(rank -> assertThat(rank).isEqualTo(sums.get(0)));
      assertThat(cluster.onEachRank(rank -> rank.traffic().bytesSent()))
          .isEqualTo(bytes.stream().map(each -> 2 * each).toList());
    }
  }

  private static List<float[]> broadcast(LoopbackCluster cluster, int root, int length, long step)
      throws Exception {
    return cluster.onEachRank(
        ring -> {
          float[] data = new float[length + 1];
          for (int i = 0; i < length; i++) {
            data[i] = bits(ring.rank(), i);
          }
          data[length] = -ring.rank();
          ring.broadcast(data, length, root, step);
          return data;
        });
  }

  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#all")
  void refusesABroadcastThatDoesNotFit(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
      AllReduce ring = cluster.rank(0);
      assertThatThrownBy(() -> ring.broadcast(new float[3], 4, 0, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> ring.broadcast(new float[3], 3, worldSize, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#rings")
  void countsTheBytesOfABroadcast(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
      int root = worldSize - 1;
      assertThat(broadcast(cluster, root, 40_003, 1)).hasSize(worldSize);
      long whole = worldSize == 1 ? 0 : 40_003 * 4;
      for (int rank = 0; rank < worldSize; rank++) {
        Traffic traffic = cluster.rank(rank).traffic();
        boolean isLast = (rank + 1) % worldSize == root;
        assertThat(traffic.bytesSent()).as("of rank %d", rank).isEqualTo(isLast ? 0 : whole);
        assertThat(traffic.bytesReceived()).isEqualTo(rank == root ? 0 : whole);
        assertThat(traffic.waitedNanos() > 0).isEqualTo(rank != root);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#rings")
  void countsTheBytesOfSums(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
      int size = 30_000 * worldSize;
      assertThat(sumFloats(cluster, size, 1)).hasSize(worldSize);
      long large = 2L * (worldSize - 1) * 30_000 * 4;
      assertThat(sumFloats(cluster, 10, 2)).hasSize(worldSize);
      for (int rank = 0; rank < worldSize; rank++) {
        Traffic traffic = cluster.rank(rank).traffic();
        long small = new DoublingSchedule(rank, worldSize).partners().size() * 10L * 4;
        assertThat(traffic.bytesSent()).as("of rank %d", rank).isEqualTo(large + small);
        assertThat(traffic.bytesReceived()).as("of rank %d", rank).isEqualTo(large + small);
      }
    }
  }

  /** Some are gathered in a frame, some in segments around the ring. */
  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#all")
  void roundsOfAllKindsFollowOneAnother(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
      List<String> ends =
          cluster.onEachRank(
              ring -> {
                for (int step = 0; step < 50; step++) {
                  int size = new int[] {1, 3_000, 16_384, 16_385}[step % 4];
                  float[] data = new float[size];
                  data[size - 1] = ring.rank();
                  ring.sum(data, step);
                  assertThat(data[size - 1]).isEqualTo(worldSize * (worldSize - 1) / 2f);
                  assertThat(ring.sum(new double[] {1, step}, step))
                      .containsExactly(worldSize, (double) worldSize * step);
                }
                return "done";
              });
      assertThat(ends).hasSize(worldSize);
    }
  }

  /** A whole number as the bits of a float. */
  private static float bits(int rank, int i) {
    // Every third is no number, and says which one all the same.
    int nan = i % 3 == 0 ? 0x7f800001 : 0;
    return Float.intBitsToFloat((rank * 300_007 + i) | nan);
  }

  @ParameterizedTest
  @MethodSource("io.kindling.cluster.allreduce.World#all")
  void leavesElementsOutsideTheRangeAlone(World world) throws Exception {
    int worldSize = world.size();
    try (LoopbackCluster cluster = world.open(TIMEOUT)) {
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
          float[] data = World.floats(ring.rank(), size);
          ring.sum(data, step);
          return data;
        });
  }

  private static double[] doubles(int rank, int size) {
    return new Random(31L * rank + size).doubles(size).toArray();
  }
}
