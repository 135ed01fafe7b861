package io.kindling.optimizer;

/** Recipes: the optimizers people know by name, each a chain of parts. */
public final class Optimizers {

  private Optimizers() {}

  /** Stochastic gradient descent: θ ← θ − η g. */
  public static Optimizer sgd(double learningRate) {
    return Optimizer.chain(scale(learningRate));
  }

  /** SGD with heavy-ball momentum. */
  public static Optimizer momentum(double learningRate, double decay) {
    return Optimizer.chain(new Momentum(decay), scale(learningRate));
  }

  /** SGD with Nesterov's momentum. */
  public static Optimizer nesterov(double learningRate, double decay) {
    return Optimizer.chain(new NesterovMomentum(decay), scale(learningRate));
  }

  /** Adam with the paper's β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁸. */
  public static Optimizer adam(double learningRate) {
    return adam(learningRate, 0.9, 0.999, 1e-8);
  }

  public static Optimizer adam(double learningRate, double beta1, double beta2, double epsilon) {
    return Optimizer.chain(new ScaleByAdam(beta1, beta2, epsilon), scale(learningRate));
  }

  private static ScaleByLearningRate scale(double learningRate) {
    return new ScaleByLearningRate(LearningRate.constant(learningRate));
  }
}
