package io.kindling.optimizer;

/**
 * Every number of the update between −c and c: uᵢ = min(c, max(−c, uᵢ)).
 *
 * @param most c
 */
public record ClipByValue(double most) implements GradientTransform {

  public ClipByValue {
    if (!(most > 0)) {
      throw new IllegalArgumentException(
          "Invalid value " + most + " to clip by. Use a positive number.");
    }
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float c = (float) most;
    return block -> clip(block.update(), block.from(), block.to(), c);
  }

  private static void clip(float[] u, int from, int to, float c) {
    for (int i = from; i < to; i++) {
      u[i] = Math.min(c, Math.max(-c, u[i]));
    }
  }
}
