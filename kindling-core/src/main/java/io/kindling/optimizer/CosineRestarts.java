package io.kindling.optimizer;

/**
 * Cosines one after the other. Loshchilov and Hutter, <i>SGDR: Stochastic Gradient Descent with
 * Warm Restarts</i>, 2017, equation 5 with a lowest rate of 0: in cycle i, which has Tᵢ = T₀ gⁱ
 * steps, η = η₀ sⁱ (1 + cos(π t / Tᵢ)) / 2 after t steps of the cycle.
 *
 * @param first T₀, steps of the first cycle
 * @param growth g, by which a cycle is longer than the one before; 1 or more
 * @param shrinkage s, by which a cycle starts lower than the one before; above 0, up to 1
 */
public record CosineRestarts(double rate, long first, double growth, double shrinkage)
    implements LearningRate {

  public CosineRestarts {
    LearningRate.check(rate);
    LearningRate.checkSteps("a first cosine", first);
    LearningRate.checkFactor("cosines with restarts", shrinkage);
    if (!(growth >= 1) || growth == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "Invalid growth " + growth + " of cosines with restarts. Use 1 or more.");
    }
  }

  @Override
  public double at(long done) {
    double length = first;
    double start = rate;
    double left = done;
    while (left >= length) {
      if (growth == 1) {
        double cycles = Math.floor(left / length);
        start *= Math.pow(shrinkage, cycles);
        left -= cycles * length;
        break;
      }
      left -= length;
      length *= growth;
      start *= shrinkage;
    }
    return start * LearningRate.halfCosine(left / length);
  }

  @Override
  public LearningRate withRate(double rate) {
    return new CosineRestarts(rate, first, growth, shrinkage);
  }
}
