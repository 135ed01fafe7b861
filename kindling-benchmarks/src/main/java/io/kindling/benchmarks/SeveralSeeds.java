package io.kindling.benchmarks;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** One number of several trainings that differ by their seeds. */
record SeveralSeeds(List<Double> values) {

  static <T> SeveralSeeds of(List<T> outcomes, ToDoubleFunction<T> number) {
    return new SeveralSeeds(outcomes.stream().map(number::applyAsDouble).toList());
  }

  double mean() {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** How far the mean may be from that of all seeds: s / √n with the deviation s over n − 1. */
  double standardError() {
    int n = values.size();
    double mean = mean();
    double squares = values.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum();
    return n > 1 ? Math.sqrt(squares / (n - 1) / n) : Double.NaN;
  }

  double worst(Comparator<Double> order) {
    return values.stream().min(order).orElseThrow();
  }

  /** Four digits tell accuracies of 10,000 rows apart, and are enough for errors of any size. */
  static String rounded(double value) {
    return fourDigits(value).toPlainString();
  }

  private static BigDecimal fourDigits(double value) {
    MathContext four = new MathContext(4);
    BigDecimal rounded = new BigDecimal(value).round(four);
    // 0.5 is exact and shorter; in a column it is to look like its neighbours.
    return rounded.setScale(Math.max(0, 4 - rounded.precision() + rounded.scale()));
  }

  /** The mean, and its standard error with one place more. */
  @Override
  public String toString() {
    BigDecimal mean = fourDigits(mean());
    if (values.size() == 1) {
      return mean.toPlainString();
    }
    BigDecimal error =
        new BigDecimal(standardError()).setScale(mean.scale() + 1, RoundingMode.HALF_UP);
    return mean.toPlainString() + " ± " + (error.signum() == 0 ? "0" : error.toPlainString());
  }
}
