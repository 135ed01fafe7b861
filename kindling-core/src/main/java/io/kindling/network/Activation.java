package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** An elementwise function, or softmax over the innermost axis. */
public enum Activation {
  /** f(x) = x. */
  LINEAR,
  /** f(x) = max(0, x). */
  RELU,
  /** f(x) = 1 / (1 + e⁻ˣ). */
  SIGMOID,
  /** f(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
  TANH,
  /** f(x)ᵢ = eˣⁱ / Σⱼ eˣʲ over the innermost axis. */
  SOFTMAX;

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
