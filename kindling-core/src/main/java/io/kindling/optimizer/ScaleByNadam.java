package io.kindling.optimizer;

/**
 * Nadam's direction. Dozat, <i>Incorporating Nesterov Momentum into Adam</i>, 2016, algorithm 2,
 * with one β₁ for all steps and without the factor β₂ before vₜ, which its author's later text
 * leaves out:
 *
 * <pre>
 * mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
 * vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
 * uₜ = (β₁ mₜ / (1 − β₁ᵗ⁺¹) + (1 − β₁) gₜ / (1 − β₁ᵗ)) / (√(vₜ / (1 − β₂ᵗ)) + ε)
 * </pre>
 */
public record ScaleByNadam(double beta1, double beta2, double epsilon)
    implements GradientTransform {

  public ScaleByNadam {
    OptimizerNumbers.checkBetas("Nadam", beta1, beta2);
    OptimizerNumbers.checkEpsilon("Nadam", epsilon);
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
    float ahead = (float) (beta1 / (1 - Math.pow(beta1, step + 1d)));
    float now = (float) ((1 - beta1) / (1 - Math.pow(beta1, (double) step)));
    float correction2 = (float) (1 / (1 - Math.pow(beta2, (double) step)));
    float eps = (float) epsilon;
    return block ->
        nadam(
            block.update(),
            block.from(),
            block.to(),
            block.slots()[0],
            block.slots()[1],
            b1,
            rest1,
            ahead,
            now,
            b2,
            rest2,
            correction2,
            eps);
  }

  private static void nadam(
      float[] u,
      int from,
      int to,
      float[] m,
      float[] v,
      float b1,
      float rest1,
      float ahead,
      float now,
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
      u[i] = (ahead * mt + now * g) / ((float) Math.sqrt(vt * correction2) + eps);
    }
  }
}
