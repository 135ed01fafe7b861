package io.kindling.cluster.allreduce;

import io.kindling.training.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ranks that contracts are checked over.
 *
 * @param processes a letter for each rank: ranks with the same share memory
 */
record World(Wiring wiring, String processes) {

  /** Up to eight ranks that are processes of their own. */
  static World apart(Wiring wiring, int size) {
    return new World(wiring, "abcdefgh".substring(0, size));
  }

  /** Rings of all lengths, over all transports. */
  static Stream<World> rings() {
    List<World> worlds = new ArrayList<>();
    for (Wiring wiring : Wiring.values()) {
      for (int size : new int[] {1, 2, 3, 4, 5, 8}) {
        worlds.add(apart(wiring, size));
      }
    }
    worlds.add(apart(Wiring.IN_MEMORY, 6));
    worlds.add(apart(Wiring.IN_MEMORY, 7));
    return worlds.stream();
  }

  /** Processes with several ranks, which are not always neighbours. */
  static Stream<World> shared() {
    return Stream.of("aa", "aaaaaaaa", "aabb", "aaab", "abab", "abcab", "abbbbcca", "baacb")
        .map(processes -> new World(Wiring.TCP_AUTHENTICATED, processes));
  }

  static Stream<World> all() {
    return Stream.concat(rings(), shared());
  }

  int size() {
    return processes.length();
  }

  LoopbackCluster open(Duration timeout) throws Exception {
    return open(timeout, WireFormat.FLOAT32);
  }

  LoopbackCluster open(Duration timeout, WireFormat format) throws Exception {
    List<String> names =
        IntStream.range(0, size()).mapToObj(rank -> processes.substring(rank, rank + 1)).toList();
    return LoopbackCluster.open(wiring, names, format, timeout);
  }

  /** Numbers of a rank, of a magnitude of up to a half. */
  static float[] floats(int rank, int size) {
    Random random = new Random(31L * rank + size);
    float[] data = new float[size];
    for (int i = 0; i < size; i++) {
      data[i] = random.nextFloat() - 0.5f;
    }
    return data;
  }

  /** The sums of those of all ranks. */
  double[] slowSum(int size) {
    double[] sums = new double[size];
    for (int rank = 0; rank < size(); rank++) {
      float[] data = floats(rank, size);
      for (int i = 0; i < size; i++) {
        sums[i] += data[i];
      }
    }
    return sums;
  }

  @Override
  public String toString() {
    return processes + " over " + wiring;
  }
}
