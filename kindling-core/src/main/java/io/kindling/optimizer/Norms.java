package io.kindling.optimizer;

import io.kindling.network.ParameterLayout.View;

/** Euclidean norms of ranges, in double precision. */
final class Norms {

  private Norms() {}

  static double of(float[] values, int from, int to) {
    return Math.sqrt(squared(values, from, to));
  }

  static double squared(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }

  /** How many units an array leads to: its innermost axis. */
  static int units(View view) {
    return view.spec().shape().isScalar() ? 1 : view.spec().shape().dimension(-1);
  }

  /** Of each column of a matrix. */
  static double[] ofUnits(float[] values, int from, int to, int units) {
    double[] norms = new double[units];
    for (int i = from; i < to; i++) {
      norms[(i - from) % units] += (double) values[i] * values[i];
    }
    for (int unit = 0; unit < units; unit++) {
      norms[unit] = Math.sqrt(norms[unit]);
    }
    return norms;
  }
}
