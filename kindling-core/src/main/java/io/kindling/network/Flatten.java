package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** Any row becomes a vector of its elements, in row-major order. */
public record Flatten(String name) implements Layer {

  public static Flatten of() {
    return new Flatten(null);
  }

  @Override
  public Flatten named(String name) {
    return new Flatten(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(Layer.only(inputs).size());
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).flattened();
  }
}
