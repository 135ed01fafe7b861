package io.kindling.cluster.rendezvous;

import java.time.Duration;

/**
 * How often a worker shows the driver that it is alive, and how long silence may last.
 *
 * <p>A process that ends is noticed at once because its connection ends; the timeout is for
 * machines that vanish and processes that hang. A thread of its own sends them, so that a long step
 * is no silence. Whoever was silent for longer, as in a very long garbage collection, has lost its
 * place but nothing else: it joins again with all it holds.
 *
 * @param interval between two signs of life
 * @param timeout after which the silent side counts as lost; several intervals
 */
public record Heartbeats(Duration interval, Duration timeout) {

  /** Twice a second costs nothing. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofMillis(500);

  /** Eight missed signs; with the interval and a moment to act, all know within 5 seconds. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(4);

  public Heartbeats {
    if (interval.isNegative() || interval.isZero() || timeout.compareTo(interval) <= 0) {
      throw new IllegalArgumentException(
          "Invalid heartbeats every "
              + interval
              + " with timeout "
              + timeout
              + ". Use a timeout of several intervals.");
    }
  }

  public static Heartbeats standard() {
    return new Heartbeats(DEFAULT_INTERVAL, DEFAULT_TIMEOUT);
  }
}
