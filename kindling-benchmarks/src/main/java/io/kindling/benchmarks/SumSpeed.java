package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.benchmarks.LocalRank.Kind;
import java.util.EnumSet;

/**
 * How fast processes of this machine sum arrays of floats over loopback: against a {@link BareRing}
 * of the same processes, and against Gloo as PyTorch has it. Where no Python with torch is named by
 * KINDLING_PYTHON, Gloo is left out.
 *
 * <p>Speed is the array's size over the time of a round. Where there are more processes than cores,
 * all sides share them.
 *
 * <p>{@code kindling-benchmarks/run all-reduce}
 */
final class SumSpeed implements Benchmark {

  private static final int MILLION = 1_000_000;
  private static final int[] WORLD_SIZES = {2, 4};
  private static final int[] MILLIONS = {1, 10, 25};
  private static final int FLOATS_OF_A_ROUND = 100 * MILLION;
  private static final int WARM_UPS = 3;
  private static final int ROUNDS = 9;
  private static final double BAR_OF_BARE_RING = 0.85;
  private static final double BAR_OF_GLOO = 1.0;

  @Override
  public String name() {
    return "all-reduce";
  }

  @Override
  public void run(Report report) throws Exception {
    if (!PythonProcess.isNamed()) {
      report.remark("Gloo is left out: KINDLING_PYTHON names no Python with torch.");
    }
    for (int worldSize : WORLD_SIZES) {
      try (LocalRanks ranks =
          LocalRanks.start(worldSize, EnumSet.of(Kind.AUTHENTICATED, Kind.BARE_RING))) {
        for (int millions : MILLIONS) {
          report.add(
              compare(
                  worldSize,
                  millions,
                  "a bare ring",
                  BAR_OF_BARE_RING,
                  ranks,
                  () -> speed(ranks, Kind.BARE_RING, worldSize, millions)));
        }
        if (PythonProcess.isNamed()) {
          compareWithGloo(report, worldSize, ranks);
        }
      }
    }
  }

  private void compareWithGloo(Report report, int worldSize, LocalRanks ranks) throws Exception {
    try (Gloo gloo = Gloo.start(worldSize)) {
      for (int millions : MILLIONS) {
        int sums = sums(worldSize, millions);
        report.add(
            compare(
                worldSize,
                millions,
                "Gloo",
                BAR_OF_GLOO,
                ranks,
                () -> millions * sums / gloo.seconds(millions * MILLION, sums)));
      }
    }
  }

  private Comparison compare(
      int worldSize, int millions, String other, double bar, LocalRanks ranks, Comparison.Side side)
      throws Exception {
    String words = millions + " M floats, " + worldSize + " processes, against " + other;
    return Comparison.alternate(
        new Case(name(), words, bar, "M floats/s"),
        WARM_UPS,
        ROUNDS,
        () -> speed(ranks, Kind.AUTHENTICATED, worldSize, millions),
        side);
  }

  private static double speed(LocalRanks ranks, Kind kind, int worldSize, int millions)
      throws Exception {
    int sums = sums(worldSize, millions);
    return millions * sums / ranks.seconds(kind, millions * MILLION, sums);
  }

  private static int sums(int worldSize, int millions) {
    return FLOATS_OF_A_ROUND / MILLION / millions * 2 / worldSize;
  }
}
