package io.kindling.optimizer;

/**
 * AMSGrad's direction. Reddi, Kale and Kumar, <i>On the Convergence of Adam and Beyond</i>, 2018,
 * algorithm 2, which has no corrections of the first steps; ε keeps 0 / 0 out:
 *
 * <pre>
 * mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
 * vₜ = β₂ vₜ₋₁ + (1 − β₂) gₜ²
 * v̂ₜ = max(v̂ₜ₋₁, vₜ)
 * uₜ = mₜ / (√v̂ₜ + ε)
 * </pre>
 */
public record ScaleByAmsGrad(double beta1, double beta2, double epsilon)
    implements GradientTransform {

  public ScaleByAmsGrad {
    OptimizerNumbers.checkBetas("AMSGrad", beta1, beta2);
    OptimizerNumbers.checkEpsilon("AMSGrad", epsilon);
  }

  @Override
  public int slots() {
    return 3;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float rest1 = (float) (1 - beta1);
    float rest2 = (float) (1 - beta2);
    float eps = (float) epsilon;
    return block ->
        amsGrad(
            block.update(),
            block.from(),
            block.to(),
            block.slots()[0],
            block.slots()[1],
            block.slots()[2],
            b1,
            rest1,
            b2,
            rest2,
            eps);
  }

  private static void amsGrad(
      float[] u,
      int from,
      int to,
      float[] m,
      float[] v,
      float[] largest,
      float b1,
      float rest1,
      float b2,
      float rest2,
      float eps) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      float mt = TinyNumbers.flushed(b1 * m[i] + rest1 * g);
      float vt = TinyNumbers.flushed(b2 * v[i] + rest2 * g * g);
      float vMax = Math.max(largest[i], vt);
      m[i] = mt;
      v[i] = vt;
      largest[i] = vMax;
      u[i] = mt / ((float) Math.sqrt(vMax) + eps);
    }
  }
}
