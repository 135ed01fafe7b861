package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** The first input minus the others, element by element. */
public record Subtract(String name) implements Layer {

  public static Subtract of() {
    return new Subtract(null);
  }

  @Override
  public Subtract named(String name) {
    return new Subtract(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyEqual(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.stream().reduce(Tensor::minus).orElseThrow();
  }
}
