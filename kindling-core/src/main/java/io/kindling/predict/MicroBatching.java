package io.kindling.predict;

import java.time.Duration;
import java.util.Objects;

/**
 * Joins calls that come at the same time into one, where signature, outputs and shapes of rows are
 * equal. An engine computes 32 rows of a small network nearly as fast as one.
 *
 * <p>Which rows are computed together depends on chance, and so may the last bits of a result:
 * engines take other kernels for other numbers of rows.
 *
 * @param maxRows of one joined call; calls with as many rows of their own are not joined
 * @param maxDelay how long a call waits for others; it then takes those that came while it waited
 *     for its turn, too
 */
public record MicroBatching(int maxRows, Duration maxDelay) {

  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  public MicroBatching {
    Objects.requireNonNull(maxDelay, "maxDelay");
    if (maxRows < 2) {
      throw new IllegalArgumentException(
          "Invalid number of rows " + maxRows + " to join. Use at least 2.");
    }
    if (maxDelay.isNegative() || maxDelay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException(
          "Invalid delay " + maxDelay + ". Use 0 to 10 seconds; a few milliseconds suit most.");
    }
  }
}
