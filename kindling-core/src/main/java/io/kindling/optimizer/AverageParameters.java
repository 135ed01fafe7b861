package io.kindling.optimizer;

import io.kindling.network.ParameterLayout.View;

/**
 * Keeps an exponential moving average of the parameters, ãₜ = d ãₜ₋₁ + (1 − d) θₜ from ã₀ = θ₀:
 * Polyak and Juditsky, <i>Acceleration of Stochastic Approximation by Averaging</i>, 1992, with
 * forgetting. Training goes on with θ; validation and the trained model have ã. Stands at the end
 * of a chain.
 *
 * @param decay d, such as 0.999
 */
public record AverageParameters(double decay) implements GradientTransform {

  public AverageParameters {
    OptimizerNumbers.checkDecay("decay of averaged parameters", decay);
  }

  @Override
  public int slots() {
    return 1;
  }

  /** An average moves on while its parameter rests. */
  @Override
  public boolean needsEveryRow(View view) {
    return true;
  }

  @Override
  public int rank() {
    return 4;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    boolean isFirst = step == 1;
    float d = (float) decay;
    float rest = (float) (1 - decay);
    return block -> {
      float[] average = block.slots()[0];
      if (isFirst) {
        int length = block.to() - block.from();
        System.arraycopy(block.parameters(), block.from(), average, block.from(), length);
      }
      average(block.update(), block.from(), block.to(), block.parameters(), average, d, rest);
    };
  }

  private static void average(
      float[] u, int from, int to, float[] theta, float[] average, float d, float rest) {
    for (int i = from; i < to; i++) {
      average[i] = d * average[i] + rest * (theta[i] + u[i]);
    }
  }
}
