package io.kindling.network;

import io.kindling.tensor.Shape;
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
    if (inputs.size() < 2 || inputs.stream().distinct().count() != 1) {
      throw new IllegalArgumentException(
          "it takes two or more inputs of one shape but got " + inputs);
    }
    return inputs.get(0);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
