package io.kindling.optimizer;

/**
 * Heavy-ball momentum, in the form of Sutskever et al., <i>On the importance of initialization and
 * momentum in deep learning</i>, 2013, with the learning rate taken out: fₜ = μ fₜ₋₁ + gₜ, uₜ = fₜ.
 */
public record Momentum(double decay) implements GradientTransform {

  public Momentum {
    OptimizerNumbers.checkDecay("momentum", decay);
  }

  @Override
  public int slots() {
    return 1;
  }

  @Override
  public BlockTransform at(long step, WholeUpdate whole) {
    float mu = (float) decay;
    return block -> heavyBall(block.update(), block.from(), block.to(), block.slots()[0], mu);
  }

  private static void heavyBall(float[] u, int from, int to, float[] f, float mu) {
    for (int i = from; i < to; i++) {
      float ft = TinyNumbers.flushed(mu * f[i] + u[i]);
      f[i] = ft;
      u[i] = ft;
    }
  }
}
