package io.kindling.examples.learning;

import java.util.Comparator;

/** What a figure has to reach. */
public record Bar(double value, Better better) {

  /** Which figures are good. */
  public enum Better {
    HIGHER,
    LOWER
  }

  public static Bar atLeast(double value) {
    return new Bar(value, Better.HIGHER);
  }

  public static Bar atMost(double value) {
    return new Bar(value, Better.LOWER);
  }

  /** Whether a figure is as good as this. */
  public boolean isReachedBy(double figure) {
    return better == Better.HIGHER ? figure >= value : figure <= value;
  }

  /** Orders figures from the worst to the best. */
  public Comparator<Double> order() {
    return better == Better.HIGHER ? Comparator.naturalOrder() : Comparator.reverseOrder();
  }

  @Override
  public String toString() {
    return (better == Better.HIGHER ? "at least " : "at most ") + value;
  }
}
