package io.kindling.optimizer;

/**
 * Yogi's direction. Zaheer et al., <i>Adaptive Methods for Nonconvex Optimization</i>, 2018,
 * algorithm 2:
 *
 * <pre>
 * mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
 * vₜ = vₜ₋₁ − (1 − β₂) sign(vₜ₋₁ − gₜ²) gₜ²
 * uₜ = mₜ / (√vₜ + ε)
 * </pre>
 */
public record ScaleByYogi(double beta1, double beta2, double epsilon) implements GradientTransform {

  public ScaleByYogi {
    OptimizerNumbers.checkBetas("Yogi", beta1, beta2);
    OptimizerNumbers.checkEpsilon("Yogi", epsilon);
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float b1 = (float) beta1;
    float rest1 = (float) (1 - beta1);
    float rest2 = (float) (1 - beta2);
    float eps = (float) epsilon;
    return block ->
        yogi(
            block.update(),
            block.from(),
            block.to(),
            block.slots()[0],
            block.slots()[1],
            b1,
            rest1,
            rest2,
            eps);
  }

  private static void yogi(
      float[] u,
      int from,
      int to,
      float[] m,
      float[] v,
      float b1,
      float rest1,
      float rest2,
      float eps) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      float mt = TinyNumbers.flushed(b1 * m[i] + rest1 * g);
      float squared = g * g;
      float change = rest2 * squared;
      // Below g² it grows by the change, above it shrinks by it, never below zero.
      float vt = v[i] > squared ? v[i] - change : v[i] < squared ? v[i] + change : v[i];
      m[i] = mt;
      v[i] = TinyNumbers.flushed(vt);
      u[i] = mt / ((float) Math.sqrt(v[i]) + eps);
    }
  }
}
