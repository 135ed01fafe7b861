package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.cluster.transport.LinkSecurity;
import io.kindling.cluster.transport.Secret;
import io.kindling.training.ExchangeException;
import java.util.EnumMap;
import java.util.Map;

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
    Secret secret = Secret.random();
    Map<LinkSecurity, RankOfTwo> ranks = new EnumMap<>(LinkSecurity.class);
    try {
      for (LinkSecurity security : LinkSecurity.values()) {
        ranks.put(security, RankOfTwo.listen(0, secret, security));
      }
      try (SummingProcess other = SummingProcess.start(secret, ranks)) {
        for (int millions : MILLIONS) {
          report.add(
              Comparison.alternate(
                  new Case(name(), "sum of " + millions + " M floats", BAR, "M floats/s"),
                  WARM_UPS,
                  ROUNDS,
                  () -> speed(ranks, other, LinkSecurity.ENCRYPTED, millions),
                  () -> speed(ranks, other, LinkSecurity.AUTHENTICATED, millions)));
        }
      }
    } finally {
      ranks.values().forEach(RankOfTwo::close);
    }
  }

  private static double speed(
      Map<LinkSecurity, RankOfTwo> ranks, SummingProcess other, LinkSecurity security, int millions)
      throws ExchangeException {
    int sums = FLOATS_OF_A_ROUND / MILLION / millions;
    other.begin(security, millions * MILLION, sums);
    return millions * sums / ranks.get(security).sum(millions * MILLION, sums);
  }
}
