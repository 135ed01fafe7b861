package io.kindling.cluster.rendezvous;

import java.util.List;

/**
 * What a worker tells the driver about its progress.
 *
 * @param values numbers whose meaning worker and driver agree on, such as loss and rows per second;
 *     at most {@link #MAX_VALUES}
 */
public record Report(int rank, int epoch, long step, List<Double> values) {

  /** Progress is small; arrays travel between ranks, not to the driver. */
  public static final int MAX_VALUES = 10_000;

  public Report {
    values = List.copyOf(values);
    if (values.size() > MAX_VALUES) {
      throw new IllegalArgumentException(
          "Invalid report of " + values.size() + " values. Send at most " + MAX_VALUES + ".");
    }
  }
}
