package io.kindling.tensor;

import java.util.Objects;

/**
 * Name, element type and row shape of one input or output.
 *
 * @param name unique among the inputs, and among the outputs, of a program
 */
public record TensorSpec(String name, ElementType type, Shape shape) {

  public TensorSpec {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(shape, "shape");
    if (name == null || name.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid tensor name '" + name + "'. Give every tensor a name.");
    }
  }

  /** Bytes of one row. */
  public long rowBytes() {
    return (long) shape.size() * type.bytes();
  }

  @Override
  public String toString() {
    return "'" + name + "' " + type + shape.toBatchString();
  }
}
