package io.kindling.optimizer;

/**
 * Nesterov's momentum, in the form of Sutskever et al., 2013, evaluated at the parameters
 * themselves: fₜ = μ fₜ₋₁ + gₜ, uₜ = gₜ + μ fₜ.
 */
public record NesterovMomentum(double decay) implements GradientTransform {

  public NesterovMomentum {
    OptimizerNumbers.checkDecay("momentum", decay);
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float mu = (float) decay;
    return block -> lookAhead(block.update(), block.from(), block.to(), block.slots()[0], mu);
  }

  private static void lookAhead(float[] u, int from, int to, float[] f, float mu) {
    for (int i = from; i < to; i++) {
      float g = u[i];
      float ft = TinyNumbers.flushed(mu * f[i] + g);
      f[i] = ft;
      u[i] = g + mu * ft;
    }
  }
}
