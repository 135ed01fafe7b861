package io.kindling.optimizer;

/**
 * Lion's direction. Chen et al., <i>Symbolic Discovery of Optimization Algorithms</i>, 2023,
 * algorithm 2, without its decay of the weights, which {@link AddDecayedWeights} adds:
 *
 * <pre>
 * uₜ = sign(β₁ mₜ₋₁ + (1 − β₁) gₜ)
 * mₜ = β₂ mₜ₋₁ + (1 − β₂) gₜ
 * </pre>
 */
public record ScaleByLion(double beta1, double beta2) implements GradientTransform {

  public ScaleByLion {
    OptimizerNumbers.checkBetas("Lion", beta1, beta2);
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float rest1 = (float) (1 - beta1);
    float rest2 = (float) (1 - beta2);
    return block ->
        lion(block.update(), block.from(), block.to(), block.slots()[0], b1, rest1, b2, rest2);
  }

  private static void lion(
      float[] u, int from, int to, float[] m, float b1, float rest1, float b2, float rest2) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      u[i] = Math.signum(b1 * m[i] + rest1 * g);
      m[i] = TinyNumbers.flushed(b2 * m[i] + rest2 * g);
    }
  }
}
