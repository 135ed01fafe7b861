package io.kindling.optimizer;

import io.kindling.network.ParameterLayout.View;

/**
 * Every k steps u such that the parameters come out a share α of the way from where they were k
 * steps ago to where they would be now. Zhang et al., <i>Lookahead Optimizer: k steps forward, 1
 * step back</i>, 2019. Stands at the end of a chain.
 *
 * @param steps k
 * @param share α, 0.5 in the paper
 */
public record Lookahead(int steps, double share) implements GradientTransform {

  public Lookahead {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "Invalid number of steps " + steps + " to look ahead. Use at least 1.");
    }
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "Invalid share " + share + ". Use a number above 0 and up to 1.");
    }
  }

  @Override
  public int slots() {
    return 1;
  }

  /** The way back is due for every row at the same steps. */
  @Override
  public boolean needsEveryRow(View view) {
    return true;
  }

  @Override
  public int rank() {
    return 3;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    boolean isFirst = step == 1;
    boolean goesBack = step % steps == 0;
    float alpha = (float) share;
    return block -> {
      float[] slow = block.slots()[0];
      if (isFirst) {
        int length = block.to() - block.from();
        System.arraycopy(block.parameters(), block.from(), slow, block.from(), length);
      }
      if (goesBack) {
        goBack(block.update(), block.from(), block.to(), block.parameters(), slow, alpha);
      }
    };
  }

  private static void goBack(
      float[] u, int from, int to, float[] theta, float[] slow, float alpha) {
    for (int i = from; i < to; i++) {
      float kept = slow[i] + alpha * (theta[i] + u[i] - slow[i]);
      u[i] = kept - theta[i];
      slow[i] = kept;
    }
  }
}
