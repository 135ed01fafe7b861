package io.kindling.optimizer;

/**
 * u = g · min(1, c / ‖g‖₂), the norm over all parameters. Pascanu et al., <i>On the difficulty of
 * training recurrent neural networks</i>, 2013.
 */
public record ClipByGlobalNorm(double maxNorm) implements GradientTransform {

  public ClipByGlobalNorm {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException(
          "Invalid norm " + maxNorm + " to clip by. Use a positive number.");
    }
  }

  @Override
  public boolean needsWholeUpdate() {
    return true;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    if (whole.norm() <= maxNorm) {
      return block -> {};
    }
    float factor = (float) (maxNorm / whole.norm());
    return block -> scale(block.update(), block.from(), block.to(), factor);
  }

  static void scale(float[] u, int from, int to, float factor) {
    for (int i = from; i < to; i++) {
      u[i] *= factor;
    }
  }
}
