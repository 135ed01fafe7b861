package io.kindling.optimizer;

/**
 * u such that θ + u, where it is longer than c, comes out with the length c; for the incoming
 * weights of each unit by itself, a column of the array with the innermost axis as columns.
 * Srivastava et al., <i>Dropout</i>, 2014. Stands at the end of a chain.
 *
 * @param maxNorm c
 */
public record KeepMaxNorm(double maxNorm) implements GradientTransform {

  public KeepMaxNorm {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException(
          "Invalid largest norm " + maxNorm + ". Use a positive number.");
    }
  }

  @Override
  public boolean needsWholeArrays() {
    return true;
  }

  @Override
  public int rank() {
    return 2;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    return block -> {
      int units = Norms.units(block.view());
      double[] squares = new double[units];
      for (int i = block.from(); i < block.to(); i++) {
        double moved = (double) block.parameters()[i] + block.update()[i];
        squares[(i - block.from()) % units] += moved * moved;
      }
      for (int i = block.from(); i < block.to(); i++) {
        double norm = Math.sqrt(squares[(i - block.from()) % units]);
        if (norm > maxNorm) {
          double moved = (double) block.parameters()[i] + block.update()[i];
          block.update()[i] = (float) (moved * maxNorm / norm - block.parameters()[i]);
        }
      }
    };
  }
}
