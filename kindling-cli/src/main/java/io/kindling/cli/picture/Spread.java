package io.kindling.cli.picture;

import java.util.Arrays;

/**
 * The losses of many steps, gathered into as many stretches as a picture can show: drawn singly,
 * thousands of steps would be a smear that hides where most of them lie.
 *
 * @param low of each stretch, the value that a tenth of its steps stay below
 * @param middle of each stretch, the median
 * @param high of each stretch, the value that a tenth of its steps exceed
 */
record Spread(double[] low, double[] middle, double[] high) {

  static Spread of(double[] values, int stretches) {
    double[] low = new double[stretches];
    double[] middle = new double[stretches];
    double[] high = new double[stretches];

    for (int i = 0; i < stretches; i++) {
      int from = (int) ((long) values.length * i / stretches);
      int to = (int) ((long) values.length * (i + 1) / stretches);
      double[] sorted = Arrays.stream(values, from, to).filter(Double::isFinite).sorted().toArray();
      low[i] = quantile(sorted, 0.1);
      middle[i] = quantile(sorted, 0.5);
      high[i] = quantile(sorted, 0.9);
    }

    return new Spread(low, middle, high);
  }

  /** The value at {@code share} of the way through {@code sorted}; not a number without values. */
  static double quantile(double[] sorted, double share) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return sorted[(int) Math.round(share * (sorted.length - 1))];
  }
}
