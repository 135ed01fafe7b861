package io.kindling.network;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;

/** Where rows enter: a name, by which a column is bound to it, and the shape of a row. */
public record Input(TensorSpec spec) implements Node {

  public static Input of(String name, int... dimensions) {
    return new Input(new TensorSpec(name, ElementType.FLOAT32, Shape.of(dimensions)));
  }

  /** Whole numbers, such as the places of words in a vocabulary. */
  public static Input ofWholeNumbers(String name, int... dimensions) {
    return new Input(new TensorSpec(name, ElementType.INT32, Shape.of(dimensions)));
  }

  public String name() {
    return spec.name();
  }
}
