package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** An activation as a layer of its own. */
public record Activate(String name, Activation activation) implements Layer {

  public static Activate of(Activation activation) {
    return new Activate(null, activation);
  }

  @Override
  public Activate named(String name) {
    return new Activate(name, activation);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Layer.only(inputs);
    if (activation.isAlongAxis() && input.isScalar()) {
      throw new IllegalArgumentException(
          activation + " takes rows of rank 1 or more but got scalars");
    }
    return input;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return scope.pointwise(activation.isMonotone(), inputs.get(0), activation::of);
  }

  @Override
  public Activation lastActivation() {
    return activation;
  }
}
