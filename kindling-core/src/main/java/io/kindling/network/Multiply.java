package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** The elementwise product of two or more inputs of one shape. */
public record Multiply(String name) implements Layer {

  public static Multiply of() {
    return new Multiply(null);
  }

  @Override
  public Multiply named(String name) {
    return new Multiply(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyEqual(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.stream().reduce(Tensor::times).orElseThrow();
  }
}
