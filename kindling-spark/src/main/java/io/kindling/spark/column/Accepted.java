package io.kindling.spark.column;

/** Which numbers a column may hold. */
public enum Accepted {
  /** Any; NaN passes through, as the network may know what to do with it. */
  ANY,
  /** Neither NaN nor infinite, one of which ruins a training. */
  FINITE,
  /** Finite, and not below zero. */
  NOT_NEGATIVE;

  boolean accepts(double value) {
    return this == ANY || (Double.isFinite(value) && (this == FINITE || value >= 0));
  }

  /** What is needed, in words. */
  String inWords() {
    return this == NOT_NEGATIVE ? "numbers of 0 or more" : "finite numbers";
  }
}
