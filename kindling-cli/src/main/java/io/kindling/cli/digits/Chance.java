package io.kindling.cli.digits;

import java.util.SplittableRandom;

/**
 * The two distributions a hand needs. Only additions and multiplications, so every machine and
 * every Java version computes the same bits.
 */
final class Chance {

  private Chance() {}

  /** Evenly between {@code low} and {@code high}. */
  static double between(SplittableRandom random, double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  /**
   * Bell-shaped around 0 with standard deviation {@code spread}: the sum of four even draws. Never
   * further out than 3.5 spreads, so no digit leaves the paper by a freak of chance.
   */
  static double around(SplittableRandom random, double spread) {
    double sum =
        random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble();
    return (sum - 2) * 1.7320508075688772 * spread;
  }
}
