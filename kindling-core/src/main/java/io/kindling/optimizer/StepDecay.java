package io.kindling.optimizer;

/**
 * η(t) = η₀ f^⌊t / n⌋.
 *
 * @param every n, steps of one rate
 * @param factor f, by which it then falls
 */
public record StepDecay(double rate, long every, double factor) implements LearningRate {

  public StepDecay {
    LearningRate.check(rate);
    LearningRate.checkSteps("one rate", every);
    LearningRate.checkFactor("a step decay", factor);
  }

  @Override
  public double at(long done) {
    long falls = done / every;
    return rate * Math.pow(factor, (double) falls);
  }

  @Override
  public LearningRate withRate(double rate) {
    return new StepDecay(rate, every, factor);
  }
}
