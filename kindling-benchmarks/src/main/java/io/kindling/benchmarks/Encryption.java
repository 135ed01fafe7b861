package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.benchmarks.LocalRank.Kind;
import java.util.EnumSet;

/**
 * How fast two processes sum arrays of floats over encrypted links, against links that only
 * authenticate. Both kinds of links stand all the time between the same two processes, over
 * loopback, and take turns.
 *
 * <p>Loopback is the hardest case: its bytes cost two copies by the system, where a network between
 * machines has a bandwidth of its own to wait for. A gigabit carries an eighth of a gigabyte in a
 * second, a twentieth of what one core seals and opens.
 *
 * <p>{@code kindling-benchmarks/run encryption}
 */
final class Encryption implements Benchmark {

  private static final int MILLION = 1_000_000;
  private static final int[] MILLIONS = {1, 10, 25};
  private static final int FLOATS_OF_A_ROUND = 100 * MILLION;
  private static final int WARM_UPS = 3;
  private static final int ROUNDS = 15;
  private static final double BAR = 0.6;

  @Override
  public String name() {
    return "encryption";
  }

  @Override
  public void run(Report report) throws Exception {
    try (LocalRanks ranks = LocalRanks.start(2, EnumSet.of(Kind.AUTHENTICATED, Kind.ENCRYPTED))) {
      for (int millions : MILLIONS) {
        report.add(
            Comparison.alternate(
                new Case(name(), "sum of " + millions + " M floats", BAR, "M floats/s"),
                WARM_UPS,
                ROUNDS,
                () -> speed(ranks, Kind.ENCRYPTED, millions),
                () -> speed(ranks, Kind.AUTHENTICATED, millions)));
      }
    }
  }

  private static double speed(LocalRanks ranks, Kind kind, int millions) throws Exception {
    int sums = FLOATS_OF_A_ROUND / MILLION / millions;
    return millions * sums / ranks.seconds(kind, millions * MILLION, sums);
  }
}
