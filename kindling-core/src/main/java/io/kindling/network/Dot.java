package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * The inner product of two inputs of one shape over the innermost axis, which goes: {@code [...,
 * k]} and {@code [..., k]} become {@code [...]}.
 *
 * @param form of unit vectors, the cosine of their angle, or of the vectors as they are
 */
public record Dot(String name, Form form) implements Layer {

  /** What the product is taken of. */
  public enum Form {
    PLAIN,
    COSINE;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static Dot of() {
    return new Dot(null, Form.PLAIN);
  }

  /** Of the vectors over their lengths, √(Σ x² + 10⁻¹²). */
  public static Dot cosine() {
    return new Dot(null, Form.COSINE);
  }

  @Override
  public Dot named(String name) {
    return new Dot(name, form);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape shape = Layer.onlyEqual(inputs);
    if (inputs.size() != 2 || shape.isScalar()) {
      throw new IllegalArgumentException("it takes two inputs of rank 1 or more but got " + inputs);
    }
    return new Shape(shape.dimensions().subList(0, shape.rank() - 1));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return unit(inputs.get(0)).times(unit(inputs.get(1))).sum(-1).reshaped(scope.outputShape());
  }

  private Tensor unit(Tensor x) {
    return form == Form.COSINE ? x.times(x.square().sum(-1).plus(1e-12).inverseSquareRoot()) : x;
  }
}
