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

  /**
   * Adam with decoupled decay of the weights. The paper's own network has {@code weightDecay} 0.01
   * to 0.05; it decays biases too, and rows of a table with a sparse gradient when they are looked
   * up.
   */
  public static Optimizer adamW(double learningRate, double weightDecay) {
    return Optimizer.chain(
        new ScaleByAdam(0.9, 0.999, 1e-8), new AddDecayedWeights(weightDecay), scale(learningRate));
  }

  /** AdaMax with the paper's β₁ = 0.9 and β₂ = 0.999; its learning rate is 0.002. */
  public static Optimizer adamax(double learningRate) {
    return Optimizer.chain(new ScaleByAdamax(0.9, 0.999, 1e-8), scale(learningRate));
  }

  /** Adam with Nesterov's momentum, β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸. */
  public static Optimizer nadam(double learningRate) {
    return Optimizer.chain(new ScaleByNadam(0.9, 0.999, 1e-8), scale(learningRate));
  }

  /** AMSGrad with β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸. */
  public static Optimizer amsGrad(double learningRate) {
    return Optimizer.chain(new ScaleByAmsGrad(0.9, 0.999, 1e-8), scale(learningRate));
  }

  /** Yogi with the paper's β₁ = 0.9, β₂ = 0.999 and ε = 10⁻³; its learning rate is 0.01. */
  public static Optimizer yogi(double learningRate) {
    return Optimizer.chain(new ScaleByYogi(0.9, 0.999, 1e-3), scale(learningRate));
  }

  /**
   * Lion with the paper's β₁ = 0.9 and β₂ = 0.99; its learning rates are a third of Adam's or less.
   */
  public static Optimizer lion(double learningRate, double weightDecay) {
    return Optimizer.chain(
        new ScaleByLion(0.9, 0.99), new AddDecayedWeights(weightDecay), scale(learningRate));
  }

  /** RMSprop with the lecture's ρ = 0.9 and ε = 10⁻⁸. */
  public static Optimizer rmsprop(double learningRate) {
    return rmsprop(learningRate, 0.9);
  }

  /** RMSprop with ε = 10⁻⁸. */
  public static Optimizer rmsprop(double learningRate, double decay) {
    return Optimizer.chain(
        new ScaleByRms(decay, 1e-8, 0, ScaleByRms.Centering.NONE), scale(learningRate));
  }

  /** RMSprop with heavy-ball momentum behind it. */
  public static Optimizer rmsprop(double learningRate, double decay, double momentum) {
    return Optimizer.chain(
        new ScaleByRms(decay, 1e-8, 0, ScaleByRms.Centering.NONE),
        new Momentum(momentum),
        scale(learningRate));
  }

  /** AdaGrad as in the paper, ε = 10⁻⁸. */
  public static Optimizer adagrad(double learningRate) {
    return Optimizer.chain(new ScaleByAdagrad(0, 1e-8), scale(learningRate));
  }

  /** ADADELTA with the paper's ρ = 0.95 and ε = 10⁻⁶; its learning rate is 1. */
  public static Optimizer adadelta(double learningRate) {
    return Optimizer.chain(new ScaleByAdadelta(0.95, 1e-6), scale(learningRate));
  }

  /**
   * LARS with the paper's momentum of 0.9 and trust coefficient of 0.001, on weights decayed by
   * {@code weightDecay}.
   */
  public static Optimizer lars(double learningRate, double weightDecay) {
    return Optimizer.chain(
        new AddDecayedWeights(weightDecay),
        new ScaleByTrustRatio(1e-3, 0),
        scale(learningRate),
        new Momentum(0.9));
  }

  /** LAMB with the paper's β₁ = 0.9, β₂ = 0.999 and ε = 10⁻⁶. */
  public static Optimizer lamb(double learningRate, double weightDecay) {
    return Optimizer.chain(
        new ScaleByAdam(0.9, 0.999, 1e-6),
        new AddDecayedWeights(weightDecay),
        new ScaleByTrustRatio(1, 0),
        scale(learningRate));
  }

  /**
   * FTRL-Proximal with the paper's β = 1. TensorFlow's has β = 0 and an initial accumulator of 0.1:
   * {@code new FollowRegularizedLeader(rate, 0, l1, l2, 0.1)}.
   */
  public static Optimizer ftrl(double learningRate, double l1, double l2) {
    return Optimizer.chain(
        new FollowRegularizedLeader(LearningRate.constant(learningRate), 1, l1, l2, 0));
  }

  /** Limited-memory BFGS that remembers 10 steps; for batches of all rows. */
  public static Optimizer lbfgs(double learningRate) {
    return Optimizer.chain(new ScaleByLbfgs(10), scale(learningRate));
  }

  private static ScaleByLearningRate scale(double learningRate) {
    return new ScaleByLearningRate(LearningRate.constant(learningRate));
  }
}
