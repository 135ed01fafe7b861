package io.kindling.optimizer;

/**
 * ADADELTA's step. Zeiler, <i>ADADELTA: An Adaptive Learning Rate Method</i>, 2012, algorithm 1,
 * for which a learning rate of 1 is meant:
 *
 * <pre>
 * vₜ = ρ vₜ₋₁ + (1 − ρ) gₜ²
 * uₜ = √(xₜ₋₁ + ε) / √(vₜ + ε) · gₜ
 * xₜ = ρ xₜ₋₁ + (1 − ρ) uₜ²
 * </pre>
 */
public record ScaleByAdadelta(double decay, double epsilon) implements GradientTransform {

  public ScaleByAdadelta {
    OptimizerNumbers.checkDecay("ADADELTA decay", decay);
    OptimizerNumbers.checkEpsilon("ADADELTA", epsilon);
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float rho = (float) decay;
    float rest = (float) (1 - decay);
    float eps = (float) epsilon;
    return block ->
        adadelta(
            block.update(),
            block.from(),
            block.to(),
            block.slots()[0],
            block.slots()[1],
            rho,
            rest,
            eps);
  }

  private static void adadelta(
      float[] u, int from, int to, float[] v, float[] x, float rho, float rest, float eps) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      float vt = TinyNumbers.flushed(rho * v[i] + rest * g * g);
      float ut = (float) (Math.sqrt(x[i] + eps) / Math.sqrt(vt + eps)) * g;
      v[i] = vt;
      x[i] = TinyNumbers.flushed(rho * x[i] + rest * ut * ut);
      u[i] = ut;
    }
  }
}
