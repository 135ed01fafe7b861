package io.kindling.cluster.transport;

import java.time.Duration;
import java.util.Locale;

/**
 * The moment until which someone waits, and since when.
 *
 * <p>One deadline is handed down through all the waits of one task, so that together they take no
 * longer than its caller allowed.
 */
public final class Deadline {

  private final long startNanos;
  private final long timeoutNanos;

  private Deadline(long startNanos, long timeoutNanos) {
    this.startNanos = startNanos;
    this.timeoutNanos = timeoutNanos;
  }

  /** The deadline that is over after the time. */
  public static Deadline after(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "Invalid timeout " + timeout + ". Use a duration of 0 or more.");
    }

    return new Deadline(System.nanoTime(), saturatedNanos(timeout));
  }

  /** This deadline, or the one after the time where that is sooner. */
  public Deadline orAfter(Duration timeout) {
    long elapsed = System.nanoTime() - startNanos;
    return timeoutNanos - elapsed <= saturatedNanos(timeout) ? this : after(timeout);
  }

  /** The nanoseconds left, 0 once it is over. */
  public long remainingNanos() {
    return Math.max(0, timeoutNanos - (System.nanoTime() - startNanos));
  }

  public Duration remaining() {
    return Duration.ofNanos(remainingNanos());
  }

  public boolean isOver() {
    return remainingNanos() == 0;
  }

  /** How long has been waited so far, for messages: {@code 250 ms}, {@code 2.5 s}, {@code 30 s}. */
  public String waited() {
    long millis = (System.nanoTime() - startNanos) / 1_000_000;
    if (millis < 1_000) {
      return millis + " ms";
    }

    return millis < 10_000
        ? String.format(Locale.ROOT, "%.1f s", millis / 1000.0)
        : millis / 1000 + " s";
  }

  /** At least 1 while time is left, for waits that count in milliseconds and take 0 as forever. */
  long remainingMillis() {
    return (remainingNanos() + 999_999) / 1_000_000;
  }

  private static long saturatedNanos(Duration timeout) {
    Duration most = Duration.ofNanos(Long.MAX_VALUE / 4);
    return timeout.compareTo(most) > 0 ? most.toNanos() : timeout.toNanos();
  }
}
