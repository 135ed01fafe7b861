package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** The elementwise mean of two or more inputs of one shape. */
public record Average(String name) implements Layer {

  public static Average of() {
    return new Average(null);
  }

  @Override
  public Average named(String name) {
    return new Average(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyEqual(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.stream().reduce(Tensor::plus).orElseThrow().times(1.0 / inputs.size());
  }
}
