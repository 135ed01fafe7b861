package io.kindling.spark.column;

/** Which numbers a column may hold. */
public enum Accepted {
  /** Any; NaN passes through, as the network may know what to do with it. */
  ANY,
  /** Neither NaN nor infinite, one of which ruins a training. */
  FINITE,
  /** Finite, and not below zero. */
  NOT_NEGATIVE,
  /** From 0 to 1: no, yes, or how much of it. */
  SHARE;

  boolean accepts(double value) {
    return this == ANY
        || (Double.isFinite(value)
            && (this == FINITE || (value >= 0 && (this == NOT_NEGATIVE || value <= 1))));
  }

  /** What is needed, in words. */
  String inWords() {
    return switch (this) {
      case ANY -> "numbers";
      case FINITE -> "finite numbers";
      case NOT_NEGATIVE -> "numbers of 0 or more";
      case SHARE -> "numbers from 0 (no) to 1 (yes)";
    };
  }
}
