package io.kindling.optimizer;

/**
 * Decay of the weights beside the gradient, not through it: uₜ = uₜ + λ θₜ₋₁. Loshchilov and
 * Hutter, <i>Decoupled Weight Decay Regularization</i>, 2019. It stands before the learning rate,
 * which scales it as well, so that λ η is the share of a parameter that a step takes off.
 *
 * @param decay λ
 */
public record AddDecayedWeights(double decay) implements GradientTransform {

  public AddDecayedWeights {
    OptimizerNumbers.checkNotNegative("weight decay", decay);
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float lambda = (float) decay;
    return block -> add(block.update(), block.from(), block.to(), block.parameters(), lambda);
  }

  private static void add(float[] u, int from, int to, float[] theta, float lambda) {
    for (int i = from; i < to; i++) {
      u[i] += lambda * theta[i];
    }
  }
}
