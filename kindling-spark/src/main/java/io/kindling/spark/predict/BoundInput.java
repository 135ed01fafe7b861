package io.kindling.spark.predict;

import io.kindling.predict.ValueType;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * A column and the input of a model that it feeds, as plain values that travel with a task.
 *
 * @param ordinal the column's place in the schema
 * @param rowShape dimensions of one row, -1 where any size fits; null where not even their number
 *     is known
 * @param padding the element that fills up rows which are shorter than others, as text; null where
 *     rows of other shapes are scored by themselves
 */
public record BoundInput(
    String column,
    int ordinal,
    DataType dataType,
    String input,
    ValueType type,
    List<Long> rowShape,
    String padding)
    implements Serializable {

  /** A column whose rows are not padded. */
  public BoundInput(
      String column,
      int ordinal,
      DataType dataType,
      String input,
      ValueType type,
      List<Long> rowShape) {
    this(column, ordinal, dataType, input, type, rowShape, null);
  }

  /** How deep the column's arrays are nested: 0 for a single value. */
  public int depth() {
    int depth = 0;
    DataType each = dataType;
    while (each instanceof ArrayType array) {
      depth++;
      each = array.elementType();
    }
    return isVector() || isBytes() ? depth + 1 : depth;
  }

  /** The type of a single element. */
  public DataType leaf() {
    return leaf(dataType);
  }

  /** The type of a single element of a column's arrays, or vectors. */
  public static DataType leaf(DataType column) {
    return isVector(column) ? DataTypes.DoubleType : leafOfArrays(column);
  }

  public boolean isVector() {
    return isVector(dataType);
  }

  private static boolean isVector(DataType column) {
    return SQLDataTypes.VectorType().equals(column);
  }

  /** Whether the bytes of a binary value are elements, as they are of {@code uint8}. */
  boolean isBytes() {
    return type == ValueType.UINT8 && leafOfArrays(dataType) instanceof BinaryType;
  }

  private static DataType leafOfArrays(DataType column) {
    DataType each = column;
    while (each instanceof ArrayType array) {
      each = array.elementType();
    }
    return each;
  }

  /** Elements of one row, or -1 where they differ. */
  long size() {
    if (rowShape == null || rowShape.contains(-1L)) {
      return -1;
    }
    return rowShape.stream().reduce(1L, Math::multiplyExact);
  }

  public String shapeText() {
    return rowShape == null ? "any shape" : rowShape.toString().replace("-1", "?");
  }
}
