package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** The elementwise sum of two or more inputs of one shape. */
public record Add(String name) implements Layer {

  public static Add of() {
    return new Add(null);
  }

  @Override
  public Add named(String name) {
    return new Add(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyEqual(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.stream().reduce(Tensor::plus).orElseThrow();
  }
}
