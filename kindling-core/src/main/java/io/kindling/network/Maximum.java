package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** The elementwise largest of two or more inputs of one shape. */
public record Maximum(String name) implements Layer {

  public static Maximum of() {
    return new Maximum(null);
  }

  @Override
  public Maximum named(String name) {
    return new Maximum(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyEqual(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.stream().reduce(Tensor::maximum).orElseThrow();
  }
}
