package io.kindling.cluster.rendezvous;

import java.time.Duration;

/**
 * How often a worker shows the driver that it is alive, and how long silence may last.
 *
 * <p>A process that ends is noticed at once because its connection ends; the timeout is for
 * machines that vanish and processes that hang.
 *
 * @param interval between two signs of life
 * @param timeout after which the silent side counts as lost; several intervals, and longer than a
 *     long garbage collection
 */
public record Heartbeats(Duration interval, Duration timeout) {

  /** Every second costs nothing and finds a vanished machine soon enough. */
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);

  /** Ten missed signs; a JVM seldom pauses for longer. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

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
