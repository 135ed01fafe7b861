package io.kindling.engine.reference;

import io.kindling.network.Activation;

/** Activations of one number as their papers write them, in doubles. */
public final class ActivationFormula {

  private ActivationFormula() {}

  /** f(x), of an activation that looks at one number. */
  public static double of(Activation activation, double x) {
    return switch (activation) {
      case LINEAR -> x;
      case RELU -> Math.max(0, x);
      case RELU6 -> Math.min(6, Math.max(0, x));
      case LEAKY_RELU -> x > 0 ? x : 0.01 * x;
      case ELU -> x > 0 ? x : Math.expm1(x);
      case SELU -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
      case GELU -> x * (1 + erf(x / Math.sqrt(2))) / 2;
      case GELU_TANH ->
          x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2;
      case SILU -> x / (1 + Math.exp(-x));
      case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
      case SOFTPLUS -> Math.log1p(Math.exp(x));
      case SOFTSIGN -> x / (1 + Math.abs(x));
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case HARD_SIGMOID -> Math.min(1, Math.max(0, x / 6 + 0.5));
      case HARD_SIGMOID_FIFTH -> Math.min(1, Math.max(0, x / 5 + 0.5));
      case HARD_SILU -> x * Math.min(1, Math.max(0, x / 6 + 0.5));
      case TANH -> Math.tanh(x);
      case HARD_TANH -> Math.min(1, Math.max(-1, x));
      case EXPONENTIAL -> Math.exp(x);
      case SOFTMAX, LOG_SOFTMAX ->
          throw new IllegalArgumentException(activation + " looks at more than one number.");
    };
  }

  /** 2 / √π Σₙ (−1)ⁿ x²ⁿ⁺¹ / (n! (2 n + 1)), which is exact enough up to 5. */
  static double erf(double x) {
    if (Math.abs(x) > 5) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
