package io.kindling.optimizer;

/**
 * u = u + λ sgn θ, the gradient of λ ‖θ‖₁.
 *
 * @param lambda λ
 */
public record AddSigns(double lambda) implements GradientTransform {

  public AddSigns {
    OptimizerNumbers.checkNotNegative("L1 penalty", lambda);
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float l = (float) lambda;
    return block -> add(block.update(), block.from(), block.to(), block.parameters(), l);
  }

  private static void add(float[] u, int from, int to, float[] theta, float lambda) {
    for (int i = from; i < to; i++) {
      u[i] += lambda * Math.signum(theta[i]);
    }
  }
}
