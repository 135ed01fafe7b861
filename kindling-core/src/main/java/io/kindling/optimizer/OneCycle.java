package io.kindling.optimizer;

/**
 * Up and down once. Smith and Topin, <i>Super-Convergence: Very Fast Training of Neural Networks
 * Using Large Learning Rates</i>, 2018, along cosines: in the first w T steps from η₀ / a up to η₀,
 * in the rest down to η₀ / (a b), where it stays.
 *
 * @param rate η₀, the highest
 * @param steps T, of the whole cycle
 * @param warmUp w, the share of the steps that lead up
 * @param startDivisor a
 * @param endDivisor b
 */
public record OneCycle(
    double rate, long steps, double warmUp, double startDivisor, double endDivisor)
    implements LearningRate {

  public OneCycle {
    LearningRate.check(rate);
    LearningRate.checkSteps("one cycle", steps);
    if (!(warmUp >= 0 && warmUp <= 1)) {
      throw new IllegalArgumentException(
          "Invalid warm-up " + warmUp + " of one cycle. Use a share from 0 to 1.");
    }
    if (!(startDivisor >= 1 && endDivisor >= 1)) {
      throw new IllegalArgumentException(
          "Invalid divisors "
              + startDivisor
              + " and "
              + endDivisor
              + " of one cycle. Use 1 or more.");
    }
  }

  /** With 0.3 of the steps leading up from a 25th, and an end at a 10,000th of the start. */
  public static OneCycle of(double rate, long steps) {
    return new OneCycle(rate, steps, 0.3, 25, 1e4);
  }

  @Override
  public double at(long done) {
    double up = warmUp * steps;
    double start = rate / startDivisor;
    double end = start / endDivisor;
    if (done < up) {
      return rate + (start - rate) * LearningRate.halfCosine(done / up);
    }
    if (done >= steps) {
      return end;
    }
    return end + (rate - end) * LearningRate.halfCosine((done - up) / (steps - up));
  }

  @Override
  public LearningRate withRate(double rate) {
    return new OneCycle(rate, steps, warmUp, startDivisor, endDivisor);
  }
}
