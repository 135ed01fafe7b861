package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.benchmarks.LocalRank.Kind;
import java.util.EnumSet;

/**
 * How long processes of this machine take to sum 4 KB over loopback, against {@code 3 log₂ n} round
 * trips of as many bytes between two processes over a bare blocking socket. The sum exchanges them
 * {@code log₂ n} times, half a round trip each if nothing else cost time.
 *
 * <p>Where there are more processes than cores, they wait for cores as well, which the bare round
 * trip of two never does.
 *
 * <p>{@code kindling-benchmarks/run latency}
 */
final class SumLatency implements Benchmark {

  private static final int[] WORLD_SIZES = {2, 4, 8};
  private static final int FLOATS = 1024;
  private static final int SUMS = 2_000;
  private static final int ROUND_TRIPS_PER_EXCHANGE = 3;
  private static final int WARM_UPS = 5;
  private static final int ROUNDS = 15;

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public void run(Report report) throws Exception {
    for (int worldSize : WORLD_SIZES) {
      int roundTrips = ROUND_TRIPS_PER_EXCHANGE * Integer.numberOfTrailingZeros(worldSize);
      String words = "4 KB, " + worldSize + " processes, against " + roundTrips + " round trips";
      try (LocalRanks ranks = LocalRanks.start(worldSize, EnumSet.of(Kind.AUTHENTICATED));
          LocalRanks two = LocalRanks.start(2, EnumSet.of(Kind.PING_PONG))) {
        report.add(
            Comparison.alternate(
                new Case(name(), words + sharing(worldSize), 1.0, "times/s"),
                WARM_UPS,
                ROUNDS,
                () -> SUMS / ranks.seconds(Kind.AUTHENTICATED, FLOATS, SUMS),
                () -> SUMS / two.seconds(Kind.PING_PONG, FLOATS, SUMS) / roundTrips));
      }
    }
  }

  private static String sharing(int worldSize) {
    int cores = Runtime.getRuntime().availableProcessors();
    return worldSize > cores ? ", on " + cores + " cores" : "";
  }
}
