package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** The same elements, in row-major order, under another shape of the same size. */
public record Reshape(String name, Shape shape) implements Layer {

  public static Reshape of(int... dimensions) {
    return new Reshape(null, Shape.of(dimensions));
  }

  @Override
  public Reshape named(String name) {
    return new Reshape(name, shape);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Layer.only(inputs);
    if (input.size() != shape.size()) {
      throw new IllegalArgumentException(
          "it makes rows of "
              + shape.size()
              + " elements, shape "
              + shape
              + ", but got "
              + input.size()
              + ", shape "
              + input);
    }
    return shape;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).reshaped(shape);
  }
}
