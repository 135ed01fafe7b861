package io.kindling.predict;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations in classes that grow by an eighth, so that any percentile is right to 12.5 % and
 * recording costs one addition. Thread-safe.
 */
final class Latencies {

  private static final int SUB_BITS = 3;
  private static final int SUB = 1 << SUB_BITS;

  private final AtomicLongArray counts = new AtomicLongArray(64 * SUB);

  void record(long nanos) {
    counts.incrementAndGet(index(Math.max(0, nanos)));
  }

  private static int index(long nanos) {
    if (nanos < SUB) {
      return (int) nanos;
    }
    int power = 63 - Long.numberOfLeadingZeros(nanos);
    return (power - SUB_BITS + 1) * SUB + (int) (nanos >>> (power - SUB_BITS) & (SUB - 1));
  }

  private static long largest(int index) {
    if (index < SUB) {
      return index;
    }
    int shift = index / SUB - 1;
    return ((long) (SUB + index % SUB + 1) << shift) - 1;
  }

  /**
   * The duration that this share of all did not exceed; zero where none is recorded.
   *
   * @param share 0 to 1
   */
  Duration percentile(double share) {
    long total = 0;
    for (int i = 0; i < counts.length(); i++) {
      total += counts.get(i);
    }
    long wanted = (long) Math.ceil(share * total);
    long seen = 0;
    for (int i = 0; i < counts.length() && total > 0; i++) {
      seen += counts.get(i);
      if (seen >= Math.max(wanted, 1)) {
        return Duration.ofNanos(largest(i));
      }
    }
    return Duration.ZERO;
  }
}
