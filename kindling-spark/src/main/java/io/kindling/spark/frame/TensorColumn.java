package io.kindling.spark.frame;

import io.kindling.predict.TensorType;
import io.kindling.predict.ValueType;
import io.kindling.spark.predict.BoundInput;
import io.kindling.spark.predict.Elements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/**
 * What is known of a column's values as tensors. Shapes that have been found or stated stand in the
 * column's metadata, which Spark keeps through selections, new names and files.
 *
 * @param type of its elements
 * @param shape of all rows together: rows first, then the dimensions of one row's value; -1 where a
 *     size is not known
 */
record TensorColumn(String name, ValueType type, List<Long> shape) {

  /** The metadata's key of a shape. */
  static final String SHAPE = "kindling.shape";

  private static final List<ValueType> TYPES =
      List.of(
          ValueType.FLOAT32,
          ValueType.FLOAT64,
          ValueType.INT8,
          ValueType.INT16,
          ValueType.INT32,
          ValueType.INT64,
          ValueType.BOOL,
          ValueType.STRING);

  /** Empty where a column's values are no tensors. */
  static Optional<TensorColumn> of(StructField field) {
    return type(field.dataType())
        .map(type -> new TensorColumn(field.name(), type, shape(field, type)));
  }

  private static Optional<ValueType> type(DataType column) {
    DataType leaf = BoundInput.leaf(column);
    return TYPES.stream().filter(type -> Elements.isSame(leaf, type)).findFirst();
  }

  private static List<Long> shape(StructField field, ValueType type) {
    int rank = rank(field.dataType(), type);
    if (field.metadata().contains(SHAPE)) {
      long[] known = field.metadata().getLongArray(SHAPE);
      // A column may have been made another, with the old one's metadata.
      if (known.length == rank) {
        return Arrays.stream(known).boxed().toList();
      }
    }
    return Collections.nCopies(rank, TensorType.FREE);
  }

  private static int rank(DataType column, ValueType type) {
    return 1 + new BoundInput("", 0, column, "", type, null).depth();
  }

  /** The metadata with this column's shape. */
  Metadata in(Metadata metadata) {
    return new MetadataBuilder()
        .withMetadata(metadata)
        .putLongArray(SHAPE, shape.stream().mapToLong(Long::longValue).toArray())
        .build();
  }

  /** The dimensions of one row's value. */
  List<Long> cell() {
    return shape.subList(1, shape.size());
  }

  /** The same where the number of rows is not known. */
  TensorColumn ofAnyRows() {
    List<Long> dimensions = new ArrayList<>(shape);
    dimensions.set(0, TensorType.FREE);
    return new TensorColumn(name, type, dimensions);
  }

  /** Any number of rows, as a value of this name. */
  TensorType asBlock(String input) {
    return new TensorType(input, type, Optional.of(ofAnyRows().shape()));
  }

  /** One row, as a value of this name. */
  TensorType asRow(String input) {
    return new TensorType(input, type, Optional.of(cell()));
  }

  static String text(List<Long> shape) {
    return shape.stream()
        .map(size -> size < 0 ? "?" : size.toString())
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** As {@code double[?,2]}. */
  static String text(StructField field) {
    return of(field)
        .map(column -> BoundInput.leaf(field.dataType()).catalogString() + text(column.shape()))
        .orElse("<no tensor info>");
  }
}
