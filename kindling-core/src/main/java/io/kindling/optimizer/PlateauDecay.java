package io.kindling.optimizer;

import java.util.List;

/**
 * A schedule times fᵏ, k counting how often the loss has stood still: whenever for {@code patience}
 * epochs it was not below the least before by a share of {@code threshold}.
 *
 * @param base what the factor is applied to
 * @param factor f, above 0, up to 1
 * @param patience epochs without progress before a decay; 1 or more
 * @param threshold how much less counts as progress, as a share
 * @param least fᵏ is never below it
 * @param reached fᵏ now, 1 before the first epoch
 */
public record PlateauDecay(
    LearningRate base, double factor, int patience, double threshold, double least, double reached)
    implements LearningRate {

  public PlateauDecay {
    LearningRate.checkFactor("a plateau", factor);
    if (patience < 1) {
      throw new IllegalArgumentException(
          "Invalid patience " + patience + " of a plateau. Use at least 1 epoch.");
    }
    if (!(least >= 0 && least <= 1) || !(reached >= 0 && reached <= 1)) {
      throw new IllegalArgumentException(
          "Invalid factors " + least + " and " + reached + " of a plateau. Use shares of 0 to 1.");
    }
    if (!(threshold >= 0 && threshold < 1)) {
      throw new IllegalArgumentException(
          "Invalid threshold " + threshold + " of a plateau. Use a share of 0 or more, below 1.");
    }
  }

  @Override
  public double at(long done) {
    return base.at(done) * reached;
  }

  @Override
  public double rate() {
    return base.rate();
  }

  @Override
  public LearningRate withRate(double rate) {
    return new PlateauDecay(base.withRate(rate), factor, patience, threshold, least, reached);
  }

  @Override
  public LearningRate afterEpochs(List<Double> losses) {
    double now = 1;
    double lowest = Double.POSITIVE_INFINITY;
    int still = 0;
    for (double loss : losses) {
      boolean isLower =
          lowest == Double.POSITIVE_INFINITY || loss < lowest - threshold * Math.abs(lowest);
      lowest = isLower ? loss : lowest;
      still = isLower ? 0 : still + 1;
      if (still == patience) {
        now *= factor;
        still = 0;
      }
    }
    return new PlateauDecay(
        base.afterEpochs(losses), factor, patience, threshold, least, Math.max(now, least));
  }
}
