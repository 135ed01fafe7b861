package io.kindling.cluster.allreduce;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prints how fast two ranks of one process sum arrays over loopback: medians of rounds.
 *
 * <p>Run it from the module's folder after a build:
 *
 * <pre>
 *   mvn -q dependency:build-classpath -Dmdep.outputFile=target/classpath.txt
 *   java -cp target/classes:target/test-classes:$(cat target/classpath.txt) \
 *     io.kindling.cluster.allreduce.RingThroughput
 * </pre>
 */
final class RingThroughput {

  private static final int WARM_UP = 100;
  private static final int ROUNDS = 200;

  private RingThroughput() {}

  public static void main(String[] args) throws Exception {
    System.out.printf("%-18s %10s %12s %12s%n", "links", "array", "per round", "array/s");
    List<World> worlds = new ArrayList<>();
    worlds.add(new World(Wiring.IN_MEMORY, "aa"));
    for (Wiring wiring : Wiring.values()) {
      worlds.add(World.apart(wiring, 2));
    }
    for (World world : worlds) {
      for (int kilobytes : new int[] {4, 64, 1024, 8 * 1024, 32 * 1024}) {
        measure(world, kilobytes);
      }
    }
  }

  private static void measure(World world, int kilobytes) throws Exception {
    try (LoopbackCluster cluster = world.open(Duration.ofSeconds(30))) {
      List<long[]> nanos =
          cluster.onEachRank(
              ring -> {
                float[] data = new float[kilobytes * 1024 / Float.BYTES];
                long[] times = new long[ROUNDS];
                for (int round = -WARM_UP; round < ROUNDS; round++) {
                  long start = System.nanoTime();
                  ring.sum(data, round);
                  times[Math.max(0, round)] = System.nanoTime() - start;
                }

                Arrays.sort(times);
                return times;
              });
      double seconds = nanos.get(0)[ROUNDS / 2] / 1e9;
      System.out.printf(
          "%-18s %7d KB %9.0f us %7.0f MB/s%n",
          world.processes().equals("aa") ? "shared memory" : world.wiring(),
          kilobytes,
          seconds * 1e6,
          kilobytes / 1024.0 / seconds);
    }
  }
}
