package io.kindling.optimizer;

/**
 * η(t) = η₀ / (1 + k t / T).
 *
 * @param steps T
 * @param decay k
 */
public record InverseTimeDecay(double rate, long steps, double decay) implements LearningRate {

  public InverseTimeDecay {
    LearningRate.check(rate);
    LearningRate.checkSteps("an inverse time decay", steps);
    OptimizerNumbers.checkNotNegative("inverse time decay", decay);
  }

  @Override
  public double at(long done) {
    return rate / (1 + decay * done / steps);
  }

  @Override
  public LearningRate withRate(double rate) {
    return new InverseTimeDecay(rate, steps, decay);
  }
}
