package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A function of each number, or of the numbers along the innermost axis. */
public enum Activation {
  /** f(x) = x. */
  LINEAR,
  /** f(x) = max(0, x). */
  RELU,
  /** f(x) = min(6, max(0, x)). */
  RELU6,
  /** f(x) = max(x, 0.01 x). Maas et al., <i>Rectifier Nonlinearities</i>, 2013. */
  LEAKY_RELU,
  /** f(x) = x above 0, else eˣ − 1. Clevert et al., <i>Exponential Linear Units</i>, 2016. */
  ELU,
  /**
   * f(x) = λ x above 0, else λ α (eˣ − 1), with λ = 1.0507… and α = 1.6732…. Klambauer et al.,
   * <i>Self-Normalizing Neural Networks</i>, 2017.
   */
  SELU,
  /**
   * f(x) = x Φ(x) with the normal distribution's Φ. Hendrycks and Gimpel, <i>Gaussian Error Linear
   * Units</i>, 2016.
   */
  GELU,
  /** GELU's approximation: f(x) = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
  GELU_TANH,
  /** f(x) = x / (1 + e⁻ˣ), also called swish. Elfwing et al., 2017; Ramachandran et al., 2017. */
  SILU,
  /** f(x) = x tanh(log(1 + eˣ)). Misra, <i>Mish</i>, 2019. */
  MISH,
  /** f(x) = log(1 + eˣ). */
  SOFTPLUS,
  /** f(x) = x / (1 + |x|). */
  SOFTSIGN,
  /** f(x) = 1 / (1 + e⁻ˣ). */
  SIGMOID,
  /** f(x) = min(1, max(0, x / 6 + 1 / 2)). Howard et al., <i>MobileNetV3</i>, 2019. */
  HARD_SIGMOID,
  /** f(x) = x min(1, max(0, x / 6 + 1 / 2)). Howard et al., 2019. */
  HARD_SILU,
  /** f(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
  TANH,
  /** f(x) = min(1, max(−1, x)). */
  HARD_TANH,
  /** f(x) = eˣ. */
  EXPONENTIAL,
  /** f(x)ᵢ = eˣⁱ / Σⱼ eˣʲ over the innermost axis. */
  SOFTMAX,
  /** f(x)ᵢ = xᵢ − log Σⱼ eˣʲ over the innermost axis. */
  LOG_SOFTMAX;

  /** Whether a number's value depends on the others along the innermost axis. */
  public boolean isAlongAxis() {
    return this == SOFTMAX || this == LOG_SOFTMAX;
  }

  /** Whether f(x) never falls where x grows, so that f(max(x, y)) = max(f(x), f(y)). */
  public boolean isMonotone() {
    return switch (this) {
      case GELU, GELU_TANH, SILU, HARD_SILU, MISH, SOFTMAX, LOG_SOFTMAX -> false;
      case LINEAR,
          RELU,
          RELU6,
          LEAKY_RELU,
          ELU,
          SELU,
          SOFTPLUS,
          SOFTSIGN,
          SIGMOID,
          HARD_SIGMOID,
          TANH,
          HARD_TANH,
          EXPONENTIAL ->
          true;
    };
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
