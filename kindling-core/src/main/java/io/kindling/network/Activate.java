package io.kindling.network;

import io.kindling.tensor.Shape;
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
    if (activation == Activation.SOFTMAX && input.isScalar()) {
      throw new IllegalArgumentException("softmax takes rows of rank 1 or more but got scalars");
    }
    return input;
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
