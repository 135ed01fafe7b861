package io.kindling.optimizer;

/**
 * u = u · min(1, c / ‖u‖₂), with the norm of each array of the network by itself.
 *
 * @param maxNorm c
 */
public record ClipByNorm(double maxNorm) implements GradientTransform {

  public ClipByNorm {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException(
          "Invalid norm to clip by " + maxNorm + ". Use a positive number.");
    }
  }

  @Override
  public boolean needsWholeArrays() {
    return true;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    return block -> {
      double norm = Norms.of(block.update(), block.from(), block.to());
      if (norm > maxNorm) {
        float factor = (float) (maxNorm / norm);
        ClipByGlobalNorm.scale(block.update(), block.from(), block.to(), factor);
      }
    };
  }
}
