package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * Two or more inputs one behind the other.
 *
 * @param axis of the row, without the batch dimension; a negative axis counts from the end
 */
public record Concatenate(String name, int axis) implements Layer {

  /** Along the innermost axis. */
  public static Concatenate of() {
    return along(-1);
  }

  public static Concatenate along(int axis) {
    return new Concatenate(null, axis);
  }

  @Override
  public Concatenate named(String name) {
    return new Concatenate(name, axis);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new IllegalArgumentException("it takes two or more inputs but got " + inputs);
    }
    Shape first = inputs.get(0);
    if (axis >= first.rank() || axis < -first.rank()) {
      throw new IllegalArgumentException("its axis " + axis + " does not exist in " + first);
    }
    int sum = 0;
    for (Shape shape : inputs) {
      if (shape.rank() != first.rank()
          || !shape.withDimension(axis, 1).equals(first.withDimension(axis, 1))) {
        throw new IllegalArgumentException(
            "its inputs differ in more than axis " + axis + ": " + inputs);
      }
      sum += shape.dimension(axis);
    }
    return first.withDimension(axis, sum);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).joined(axis, inputs.subList(1, inputs.size()));
  }
}
