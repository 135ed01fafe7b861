package io.kindling.optimizer;

/**
 * Adam's direction. Kingma and Ba, <i>Adam: A Method for Stochastic Optimization</i>, 2015,
 * algorithm 1:
 *
 * <pre>
 * mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
 * vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
 * uₜ = (mₜ / (1 − β₁ᵗ)) / (√(vₜ / (1 − β₂ᵗ)) + ε)
 * </pre>
 */
public record ScaleByAdam(double beta1, double beta2, double epsilon) implements GradientTransform {

  public ScaleByAdam {
    OptimizerNumbers.checkBetas("Adam", beta1, beta2);
    OptimizerNumbers.checkEpsilon("Adam", epsilon);
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float rest1 = (float) (1 - beta1);
    float rest2 = (float) (1 - beta2);
    float eps = (float) epsilon;
    float correction1 = (float) (1 / (1 - Math.pow(beta1, (double) step)));
    float correction2 = (float) (1 / (1 - Math.pow(beta2, (double) step)));
    return block ->
        adam(
            block.update(),
            block.from(),
            block.to(),
            block.slots()[0],
            block.slots()[1],
            b1,
            rest1,
            correction1,
            b2,
            rest2,
            correction2,
            eps);
  }

  /**
   * A loop over plain arrays and local constants: the form that the JIT compiler turns into vector
   * instructions.
   */
  private static void adam(
      float[] u,
      int from,
      int to,
      float[] m,
      float[] v,
      float b1,
      float rest1,
      float correction1,
      float b2,
      float rest2,
      float correction2,
      float eps) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      float mt = TinyNumbers.flushed(b1 * m[i] + rest1 * g);
      float vt = TinyNumbers.flushed(b2 * v[i] + rest2 * g * g);
      m[i] = mt;
      v[i] = vt;
      u[i] = (mt * correction1) / ((float) Math.sqrt(vt * correction2) + eps);
    }
  }
}
