package io.kindling.tensor;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The dimensions of one row of a tensor, without the batch dimension. A scalar per row has rank 0
 * and one element.
 *
 * @param dimensions sizes, outermost first; each at least 1
 */
public record Shape(@JsonValue List<Integer> dimensions) {

  private static final Shape SCALAR = new Shape(List.of());

  @JsonCreator
  public Shape {
    dimensions = List.copyOf(dimensions);
    for (int dimension : dimensions) {
      if (dimension < 1) {
        throw new IllegalArgumentException(
            "Invalid shape "
                + dimensions
                + ". Every dimension is at least 1; the batch dimension is left out.");
      }
    }
    long size = 1;
    for (int dimension : dimensions) {
      size *= dimension;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "Invalid shape "
                + dimensions
                + ". One row has at most "
                + Integer.MAX_VALUE
                + " elements.");
      }
    }
  }

  public static Shape of(int... dimensions) {
    return new Shape(Arrays.stream(dimensions).boxed().toList());
  }

  public static Shape scalar() {
    return SCALAR;
  }

  public int rank() {
    return dimensions.size();
  }

  public boolean isScalar() {
    return dimensions.isEmpty();
  }

  /** Size along an axis; a negative axis counts from the end, so that -1 is the innermost. */
  public int dimension(int axis) {
    return dimensions.get(axis < 0 ? axis + rank() : axis);
  }

  /** Elements of one row. */
  public int size() {
    int size = 1;
    for (int dimension : dimensions) {
      size *= dimension;
    }
    return size;
  }

  /** This shape with another size along an axis; a negative axis counts from the end. */
  public Shape withDimension(int axis, int size) {
    Integer[] changed = dimensions.toArray(Integer[]::new);
    changed[axis < 0 ? axis + rank() : axis] = size;
    return new Shape(List.of(changed));
  }

  /**
   * The shape of what two tensors make element by element: axes of size 1, and those that one lacks
   * in front, are repeated.
   *
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public Shape broadcastWith(Shape other) {
    int rank = Math.max(rank(), other.rank());
    Integer[] sizes = new Integer[rank];
    for (int axis = -1; axis >= -rank; axis--) {
      int mine = axis >= -rank() ? dimension(axis) : 1;
      int theirs = axis >= -other.rank() ? other.dimension(axis) : 1;
      if (mine != theirs && mine != 1 && theirs != 1) {
        throw new IllegalArgumentException(
            "Shapes " + this + " and " + other + " do not fit: axis " + axis + " differs.");
      }
      sizes[rank + axis] = Math.max(mine, theirs);
    }
    return new Shape(List.of(sizes));
  }

  /** As an engine sees it: the batch dimension, unknown, comes first. */
  public String toBatchString() {
    return dimensions.stream()
        .map(String::valueOf)
        .collect(Collectors.joining(", ", isScalar() ? "[?" : "[?, ", "]"));
  }

  @Override
  public String toString() {
    return dimensions.toString();
  }
}
