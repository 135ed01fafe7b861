package io.kindling.optimizer;

/**
 * η(t) = η₀ (α + (1 − α) (1 − min(t, T) / T)^p).
 *
 * @param steps T, over which the rate falls
 * @param alpha the last rate as a share of the first
 * @param power p; 1 is a straight line
 */
public record PolynomialDecay(double rate, long steps, double alpha, double power)
    implements LearningRate {

  public PolynomialDecay {
    LearningRate.check(rate);
    LearningRate.checkSteps("a polynomial decay", steps);
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException(
          "Invalid alpha " + alpha + " of a polynomial decay. Use a share from 0 to 1.");
    }
    if (!(power > 0) || power == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "Invalid power " + power + " of a polynomial decay. Use a positive number.");
    }
  }

  @Override
  public double at(long done) {
    double left = 1 - (double) Math.min(done, steps) / steps;
    return rate * (alpha + (1 - alpha) * Math.pow(left, power));
  }

  @Override
  public LearningRate withRate(double rate) {
    return new PolynomialDecay(rate, steps, alpha, power);
  }
}
