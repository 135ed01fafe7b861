package io.kindling.optimizer;

/**
 * u = c u ‖θ‖₂ / (‖u‖₂ + ε) for each array of the network by itself, and c u where either norm is
 * 0. You et al., <i>Large Batch Training of Convolutional Networks</i>, 2017 (LARS), and <i>Large
 * Batch Optimization for Deep Learning</i>, 2020 (LAMB).
 *
 * @param coefficient c
 */
public record ScaleByTrustRatio(double coefficient, double epsilon) implements GradientTransform {

  public ScaleByTrustRatio {
    if (!(coefficient > 0)) {
      throw new IllegalArgumentException(
          "Invalid trust coefficient " + coefficient + ". Use a positive number.");
    }
    OptimizerNumbers.checkNotNegative("epsilon of the trust ratio", epsilon);
  }

  @Override
  public boolean needsWholeArrays() {
    return true;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    return block -> {
      double ofParameters = Norms.of(block.parameters(), block.from(), block.to());
      double ofUpdate = Norms.of(block.update(), block.from(), block.to());
      double ratio = ofParameters == 0 || ofUpdate == 0 ? 1 : ofParameters / (ofUpdate + epsilon);
      ClipByGlobalNorm.scale(
          block.update(), block.from(), block.to(), (float) (coefficient * ratio));
    };
  }
}
