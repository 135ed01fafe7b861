package io.kindling.optimizer;

/**
 * η(t) = η₀ f^(t / T).
 *
 * @param steps T
 * @param factor f, by which the rate has fallen after T steps
 */
public record ExponentialDecay(double rate, long steps, double factor) implements LearningRate {

  public ExponentialDecay {
    LearningRate.check(rate);
    LearningRate.checkSteps("an exponential decay", steps);
    LearningRate.checkFactor("an exponential decay", factor);
  }

  @Override
  public double at(long done) {
    return rate * Math.pow(factor, (double) done / steps);
  }

  @Override
  public LearningRate withRate(double rate) {
    return new ExponentialDecay(rate, steps, factor);
  }
}
