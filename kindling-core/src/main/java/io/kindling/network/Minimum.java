package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** The elementwise smallest of two or more inputs of one shape. */
public record Minimum(String name) implements Layer {

  public static Minimum of() {
    return new Minimum(null);
  }

  @Override
  public Minimum named(String name) {
    return new Minimum(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyEqual(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.stream().reduce(Tensor::minimum).orElseThrow();
  }
}
