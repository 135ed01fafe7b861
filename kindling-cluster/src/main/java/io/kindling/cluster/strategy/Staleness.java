package io.kindling.cluster.strategy;

import io.kindling.cluster.strategy.SharedParameters.Answer;
import java.util.Locale;

/** How stale a worker's changes were. */
final class Staleness {

  private long taken;
  private long refused;
  private long sum;
  private long most;

  void count(Answer answer) {
    if (answer.isTaken()) {
      taken++;
    } else {
      refused++;
    }
    sum += answer.staleness();
    most = Math.max(most, answer.staleness());
  }

  long refused() {
    return refused;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d changes taken, %d refused as too stale; staleness %.2f on average, %d at most",
        taken,
        refused,
        (double) sum / Math.max(1, taken + refused),
        most);
  }
}
