package io.kindling.optimizer;

/**
 * AdaMax's direction. Kingma and Ba, <i>Adam: A Method for Stochastic Optimization</i>, 2015,
 * algorithm 2, with ε so that a gradient that is always zero moves nothing:
 *
 * <pre>
 * mₜ = β₁ mₜ₋₁ + (1 − β₁) gₜ
 * vₜ = max(β₂ vₜ₋₁, |gₜ|)
 * uₜ = (mₜ / (1 − β₁ᵗ)) / (vₜ + ε)
 * </pre>
 */
public record ScaleByAdamax(double beta1, double beta2, double epsilon)
    implements GradientTransform {

  public ScaleByAdamax {
    OptimizerNumbers.checkBetas("AdaMax", beta1, beta2);
    OptimizerNumbers.checkEpsilon("AdaMax", epsilon);
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
    float eps = (float) epsilon;
    float correction1 = (float) (1 / (1 - Math.pow(beta1, (double) step)));
    return block ->
        adamax(
            block.update(),
            block.from(),
            block.to(),
            block.slots()[0],
            block.slots()[1],
            b1,
            rest1,
            correction1,
            b2,
            eps);
  }

  private static void adamax(
      float[] u,
      int from,
      int to,
      float[] m,
      float[] v,
      float b1,
      float rest1,
      float correction1,
      float b2,
      float eps) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      float mt = TinyNumbers.flushed(b1 * m[i] + rest1 * g);
      float vt = TinyNumbers.flushed(Math.max(b2 * v[i], Math.abs(g)));
      m[i] = mt;
      v[i] = vt;
      u[i] = (mt * correction1) / (vt + eps);
    }
  }
}
