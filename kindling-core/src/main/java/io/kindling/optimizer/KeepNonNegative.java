package io.kindling.optimizer;

import io.kindling.network.ParameterLayout.View;

/** u = max(u, −θ), so that θ + u is not below zero. Stands at the end of a chain. */
public record KeepNonNegative() implements GradientTransform {

  /** A parameter that nothing has moved may be below zero as it is. */
  @Override
  public boolean needsEveryRow(View view) {
    return true;
  }

  @Override
  public int rank() {
    return 2;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    return block -> keep(block.update(), block.from(), block.to(), block.parameters());
  }

  private static void keep(float[] u, int from, int to, float[] theta) {
    for (int i = from; i < to; i++) {
      u[i] = Math.max(u[i], -theta[i]);
    }
  }
}
