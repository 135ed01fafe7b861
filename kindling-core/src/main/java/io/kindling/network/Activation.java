package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Tensor;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** A function of each number, or of the numbers along the innermost axis. */
public enum Activation {
  /** f(x) = x. */
  LINEAR(Kind.MONOTONE, x -> x),
  /** f(x) = max(0, x). */
  RELU(Kind.MONOTONE, Tensor::relu),
  /** f(x) = min(6, max(0, x)). */
  RELU6(Kind.MONOTONE, Tensor::relu6),
  /** f(x) = max(x, 0.01 x). Maas et al., <i>Rectifier Nonlinearities</i>, 2013. */
  LEAKY_RELU(Kind.MONOTONE, x -> x.leakyRelu(0.01)),
  /** f(x) = x above 0, else eˣ − 1. Clevert et al., <i>Exponential Linear Units</i>, 2016. */
  ELU(Kind.MONOTONE, Tensor::elu),
  /**
   * f(x) = λ x above 0, else λ α (eˣ − 1), with λ = 1.0507… and α = 1.6732…. Klambauer et al.,
   * <i>Self-Normalizing Neural Networks</i>, 2017.
   */
  SELU(Kind.MONOTONE, Tensor::selu),
  /**
   * f(x) = x Φ(x) with the normal distribution's Φ. Hendrycks and Gimpel, <i>Gaussian Error Linear
   * Units</i>, 2016.
   */
  GELU(Kind.BENT, x -> x.times(0.5).times(x.times(Math.sqrt(0.5)).errorFunction().plus(1))),
  /** GELU's approximation: f(x) = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
  GELU_TANH(
      Kind.BENT,
      x ->
          x.times(0.5)
              .times(
                  x.plus(x.square().times(x).times(0.044715))
                      .times(Math.sqrt(2 / Math.PI))
                      .tanh()
                      .plus(1))),
  /** f(x) = x / (1 + e⁻ˣ), also called swish. Elfwing et al., 2017; Ramachandran et al., 2017. */
  SILU(Kind.BENT, x -> x.times(x.sigmoid())),
  /** f(x) = x tanh(log(1 + eˣ)). Misra, <i>Mish</i>, 2019. */
  MISH(Kind.BENT, x -> x.times(x.softplus().tanh())),
  /** f(x) = log(1 + eˣ). */
  SOFTPLUS(Kind.MONOTONE, Tensor::softplus),
  /** f(x) = x / (1 + |x|). */
  SOFTSIGN(Kind.MONOTONE, Tensor::softsign),
  /** f(x) = 1 / (1 + e⁻ˣ). */
  SIGMOID(Kind.MONOTONE, Tensor::sigmoid),
  /** f(x) = min(1, max(0, x / 6 + 1 / 2)). Howard et al., <i>MobileNetV3</i>, 2019. */
  HARD_SIGMOID(Kind.MONOTONE, x -> x.times(1.0 / 6).plus(0.5).maximum(0).minimum(1)),
  /**
   * f(x) = min(1, max(0, x / 5 + 1 / 2)), the hard sigmoid of Keras 2 and of Theano. Courbariaux et
   * al., <i>BinaryConnect</i>, 2015, have the form.
   */
  HARD_SIGMOID_FIFTH(Kind.MONOTONE, x -> x.times(0.2).plus(0.5).maximum(0).minimum(1)),
  /** f(x) = x min(1, max(0, x / 6 + 1 / 2)). Howard et al., 2019. */
  HARD_SILU(Kind.BENT, x -> x.times(x.times(1.0 / 6).plus(0.5).maximum(0).minimum(1))),
  /** f(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
  TANH(Kind.MONOTONE, Tensor::tanh),
  /** f(x) = min(1, max(−1, x)). */
  HARD_TANH(Kind.MONOTONE, x -> x.maximum(-1).minimum(1)),
  /** f(x) = eˣ. */
  EXPONENTIAL(Kind.MONOTONE, Tensor::exponential),
  /** f(x)ᵢ = eˣⁱ / Σⱼ eˣʲ over the innermost axis. */
  SOFTMAX(Kind.ALONG_AXIS, Tensor::softmax),
  /** f(x)ᵢ = xᵢ − log Σⱼ eˣʲ over the innermost axis. */
  LOG_SOFTMAX(Kind.ALONG_AXIS, Tensor::logSoftmax);

  /** What is known of the function's form. */
  private enum Kind {
    MONOTONE,
    BENT,
    ALONG_AXIS
  }

  private final Kind kind;

  @SuppressWarnings("ImmutableEnumChecker") // formulas hold nothing that could change
  private final UnaryOperator<Tensor> formula;

  Activation(Kind kind, UnaryOperator<Tensor> formula) {
    this.kind = kind;
    this.formula = formula;
  }

  /** f(x). */
  public Tensor of(Tensor x) {
    return formula.apply(x);
  }

  /** Whether a number's value depends on the others along the innermost axis. */
  public boolean isAlongAxis() {
    return kind == Kind.ALONG_AXIS;
  }

  /** Whether f(x) never falls where x grows, so that f(max(x, y)) = max(f(x), f(y)). */
  public boolean isMonotone() {
    return kind == Kind.MONOTONE;
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
