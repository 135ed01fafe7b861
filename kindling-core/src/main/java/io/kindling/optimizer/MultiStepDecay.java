package io.kindling.optimizer;

import java.util.List;

/**
 * η(t) = η₀ f^k, where k boundaries are at t or before.
 *
 * @param boundaries numbers of steps done, rising
 * @param factor f, by which the rate falls at each
 */
public record MultiStepDecay(double rate, List<Long> boundaries, double factor)
    implements LearningRate {

  public MultiStepDecay {
    LearningRate.check(rate);
    LearningRate.checkFactor("a multi-step decay", factor);
    boundaries = List.copyOf(boundaries);
    for (int i = 0; i < boundaries.size(); i++) {
      if (boundaries.get(i) <= (i == 0 ? 0 : boundaries.get(i - 1))) {
        throw new IllegalArgumentException(
            "Invalid boundaries " + boundaries + ". Use positive numbers of steps that rise.");
      }
    }
  }

  @Override
  public double at(long done) {
    long passed = boundaries.stream().filter(boundary -> boundary <= done).count();
    return rate * Math.pow(factor, (double) passed);
  }

  @Override
  public LearningRate withRate(double rate) {
    return new MultiStepDecay(rate, boundaries, factor);
  }
}
