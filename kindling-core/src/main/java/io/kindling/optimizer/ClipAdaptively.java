package io.kindling.optimizer;

/**
 * Each unit's u = u · min(1, c max(‖θ‖₂, ε) / ‖u‖₂), with the norms over the unit's incoming
 * weights: a column of the array with the innermost axis as columns, or a single number of a
 * vector. Brock et al., <i>High-Performance Large-Scale Image Recognition Without
 * Normalization</i>, 2021, whose c is 0.01 and ε 10⁻³.
 *
 * @param share c
 * @param epsilon so that zeros can move
 */
public record ClipAdaptively(double share, double epsilon) implements GradientTransform {

  public ClipAdaptively {
    if (!(share > 0)) {
      throw new IllegalArgumentException(
          "Invalid share to clip to " + share + ". Use a positive number.");
    }
  }

  @Override
  public boolean needsWholeArrays() {
    return true;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    return block -> {
      int units = Norms.units(block.view());
      double[] ofParameters = Norms.ofUnits(block.parameters(), block.from(), block.to(), units);
      double[] ofUpdate = Norms.ofUnits(block.update(), block.from(), block.to(), units);
      for (int i = block.from(); i < block.to(); i++) {
        int unit = (i - block.from()) % units;
        double most = share * Math.max(ofParameters[unit], epsilon);
        if (ofUpdate[unit] > most) {
          block.update()[i] *= (float) (most / ofUpdate[unit]);
        }
      }
    };
  }
}
