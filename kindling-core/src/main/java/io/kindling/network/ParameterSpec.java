package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Shape;
import java.util.Locale;

/**
 * One named array of parameters, or of mutable state such as a moving average.
 *
 * @param name layer, a slash, and the array's role: {@code dense_1/kernel}
 * @param shape the whole array; parameters have no batch dimension
 * @param gradient what a step's gradient is about
 */
public record ParameterSpec(
    String name, Shape shape, Initializer initializer, GradientKind gradient) {

  /** What the gradient of an array is about. */
  public enum GradientKind {
    /** All of the array. */
    DENSE,
    /**
     * The rows along the outermost axis that a step looks up with {@link
     * io.kindling.tensor.Tensor#partsAt}; all others are as if the step had not been. An engine may
     * take the array for a dense one where a step reads it in another way too.
     */
    SPARSE;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** An array with a dense gradient. */
  public ParameterSpec(String name, Shape shape, Initializer initializer) {
    this(name, shape, initializer, GradientKind.DENSE);
  }

  ParameterSpec named(String name) {
    return new ParameterSpec(name, shape, initializer, gradient);
  }

  boolean isSparse() {
    return gradient == GradientKind.SPARSE;
  }
}
