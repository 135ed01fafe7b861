package io.kindling.tensorflow;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/** Kindling's element types and shapes in TensorFlow's terms. */
final class NativeTypes {

  private NativeTypes() {}

  static DataType of(ElementType type) {
    return switch (type) {
      case FLOAT32 -> DataType.DT_FLOAT;
      case FLOAT64 -> DataType.DT_DOUBLE;
      case INT32 -> DataType.DT_INT32;
      case INT64 -> DataType.DT_INT64;
      case UINT8 -> DataType.DT_UINT8;
      case BOOL -> DataType.DT_BOOL;
    };
  }

  static int code(ElementType type) {
    return of(type).getNumber();
  }

  static Class<? extends TType> javaType(ElementType type) {
    return switch (type) {
      case FLOAT32 -> TFloat32.class;
      case FLOAT64 -> TFloat64.class;
      case INT32 -> TInt32.class;
      case INT64 -> TInt64.class;
      case UINT8 -> TUint8.class;
      case BOOL -> TBool.class;
    };
  }

  /** The element type of a tensor in a graph. */
  static ElementType elementType(DataType type, String name) {
    for (ElementType candidate : ElementType.values()) {
      if (of(candidate) == type) {
        return candidate;
      }
    }
    throw new IllegalArgumentException(
        "Unsupported element type "
            + type
            + " of '"
            + name
            + "'. Cast it to one of "
            + List.of(ElementType.values())
            + ".");
  }

  /** The dimensions of {@code rows} rows. */
  static long[] dimensions(long rows, Shape row) {
    long[] dimensions = new long[row.rank() + 1];
    dimensions[0] = rows;
    for (int axis = 0; axis < row.rank(); axis++) {
      dimensions[axis + 1] = row.dimension(axis);
    }
    return dimensions;
  }

  /** The dimensions of an array without rows. */
  static long[] dimensions(Shape array) {
    return array.dimensions().stream().mapToLong(Integer::longValue).toArray();
  }

  /** Any number of rows, in TensorFlow's shapes. */
  static org.tensorflow.ndarray.Shape rows(Shape row) {
    return org.tensorflow.ndarray.Shape.of(dimensions(-1, row));
  }

  /**
   * The shape of one row of a tensor in a graph.
   *
   * @throws IllegalArgumentException if its dimensions after the first are not known, or the first
   *     is
   */
  static Shape row(org.tensorflow.ndarray.Shape shape, String name) {
    boolean hasRows = !shape.isUnknown() && shape.numDimensions() > 0 && shape.get(0) < 0;
    if (hasRows) {
      List<Integer> dimensions = new ArrayList<>();
      for (int axis = 1; axis < shape.numDimensions(); axis++) {
        dimensions.add((int) Math.min(shape.get(axis), Integer.MAX_VALUE));
      }
      if (dimensions.stream().allMatch(dimension -> dimension > 0)) {
        return new Shape(dimensions);
      }
    }
    throw new IllegalArgumentException(
        "Invalid shape "
            + shape
            + " of '"
            + name
            + "'. It needs the rows first, any number of them, and all other dimensions known; reshape it.");
  }
}
