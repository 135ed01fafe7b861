package io.kindling.optimizer;

/**
 * AdaGrad's direction. Duchi, Hazan and Singer, <i>Adaptive Subgradient Methods for Online Learning
 * and Stochastic Optimization</i>, 2011, figure 1 with a diagonal matrix:
 *
 * <pre>
 * aₜ = aₜ₋₁ + gₜ²
 * uₜ = gₜ / (√aₜ + ε)
 * </pre>
 *
 * @param initial a₀; 0 in the paper, 0.1 in TensorFlow
 */
public record ScaleByAdagrad(double initial, double epsilon) implements GradientTransform {

  public ScaleByAdagrad {
    OptimizerNumbers.checkNotNegative("AdaGrad initial accumulator", initial);
    OptimizerNumbers.checkEpsilon("AdaGrad", epsilon);
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float first = (float) initial;
    float eps = (float) epsilon;
    return block -> adagrad(block.update(), block.from(), block.to(), block.slots()[0], first, eps);
  }

  private static void adagrad(float[] u, int from, int to, float[] a, float first, float eps) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      float at = a[i] + g * g;
      a[i] = at;
      u[i] = g / ((float) Math.sqrt(at + first) + eps);
    }
  }
}
