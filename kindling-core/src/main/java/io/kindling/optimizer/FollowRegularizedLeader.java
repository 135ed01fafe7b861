package io.kindling.optimizer;

import java.util.Arrays;

/**
 * FTRL-Proximal with a rate per coordinate. McMahan et al., <i>Ad Click Prediction: a View from the
 * Trenches</i>, 2013, algorithm 1:
 *
 * <pre>
 * σₜ = √(nₜ₋₁ + gₜ²) / αₜ − √nₜ₋₁ / αₜ₋₁
 * zₜ = zₜ₋₁ + gₜ − σₜ θₜ₋₁
 * nₜ = nₜ₋₁ + gₜ²
 * θₜ = 0 where |zₜ| ≤ λ₁, else −(zₜ − sign(zₜ) λ₁) / ((β + √nₜ) / αₜ + λ₂)
 * </pre>
 *
 * with one α in the paper. A step whose α is 0 does nothing. The first step forgets the first
 * parameters, more so the larger β. Stands at the end of a chain; parameters that the L₁ penalty
 * holds are exactly zero.
 *
 * @param learningRate α
 * @param beta β, 1 in the paper, 0 in TensorFlow
 * @param l1 λ₁
 * @param l2 λ₂
 * @param initial n₀, 0 in the paper, 0.1 in TensorFlow
 */
public record FollowRegularizedLeader(
    LearningRate learningRate, double beta, double l1, double l2, double initial)
    implements GradientTransform, Scheduled {

  public FollowRegularizedLeader {
    OptimizerNumbers.checkNotNegative("FTRL beta", beta);
    OptimizerNumbers.checkNotNegative("FTRL L1 penalty", l1);
    OptimizerNumbers.checkNotNegative("FTRL L2 penalty", l2);
    OptimizerNumbers.checkNotNegative("FTRL initial accumulator", initial);
  }

  @Override
  public FollowRegularizedLeader withLearningRate(LearningRate learningRate) {
    return new FollowRegularizedLeader(learningRate, beta, l1, l2, initial);
  }

  @Override
  public int slots() {
    return 2;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float alpha = (float) learningRate.at(step - 1);
    float last = (float) learningRate.at(Math.max(0, step - 2));
    if (alpha == 0) {
      return block -> Arrays.fill(block.update(), block.from(), block.to(), 0);
    }
    return block ->
        follow(
            block.update(),
            block.from(),
            block.to(),
            block.parameters(),
            block.slots()[0],
            block.slots()[1],
            alpha,
            last == 0 ? alpha : last);
  }

  private void follow(
      float[] u, int from, int to, float[] theta, float[] z, float[] n, float alpha, float last) {
    float first = (float) initial;
    float b = (float) beta;
    float penalty1 = (float) l1;
    float penalty2 = (float) l2;
    for (int i = from; i < to; i++) {
      float g = u[i];
      float before = (float) Math.sqrt(n[i] + first);
      n[i] += g * g;
      float after = (float) Math.sqrt(n[i] + first);
      z[i] += g - (after / alpha - before / last) * theta[i];
      float beyond = Math.max(Math.abs(z[i]) - penalty1, 0); // 0 / 0 where nothing ever came
      float moved =
          beyond == 0 ? 0 : -Math.signum(z[i]) * beyond / ((b + after) / alpha + penalty2);
      u[i] = moved - theta[i];
    }
  }
}
