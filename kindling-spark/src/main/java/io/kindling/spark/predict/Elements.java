package io.kindling.spark.predict;

import io.kindling.predict.ValueType;
import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;

/** Which types of Spark hold the elements of a tensor. */
public final class Elements {

  /** What Spark has no type of the same size for. */
  private static final Set<ValueType> IN_LARGER_ONES =
      EnumSet.of(
          ValueType.FLOAT16,
          ValueType.BFLOAT16,
          ValueType.UINT8,
          ValueType.UINT16,
          ValueType.UINT32,
          ValueType.UINT64);

  private Elements() {}

  /**
   * The type that holds what a model gives: of numbers without a sign the next larger one, and of
   * those with 64 bits decimals.
   */
  public static DataType typeOf(ValueType type) {
    return switch (type) {
      case FLOAT16, BFLOAT16, FLOAT32 -> DataTypes.FloatType;
      case FLOAT64 -> DataTypes.DoubleType;
      case INT8 -> DataTypes.ByteType;
      case INT16, UINT8 -> DataTypes.ShortType;
      case INT32, UINT16 -> DataTypes.IntegerType;
      case INT64, UINT32 -> DataTypes.LongType;
      case UINT64 -> DataTypes.createDecimalType(20, 0);
      case BOOL -> DataTypes.BooleanType;
      case STRING -> DataTypes.StringType;
    };
  }

  /** Whether a column's elements are a tensor's as they are. */
  public static boolean isSame(DataType leaf, ValueType type) {
    if (leaf instanceof BinaryType) {
      return type == ValueType.STRING || type == ValueType.UINT8;
    }
    if (leaf instanceof StringType) {
      return type == ValueType.STRING;
    }
    return !IN_LARGER_ONES.contains(type) && leaf.equals(typeOf(type));
  }

  /** Whether numbers of a column can become a tensor's, if the user says so. */
  public static boolean isCastable(DataType leaf, ValueType type) {
    return type != ValueType.STRING && isNumber(leaf);
  }

  public static boolean isNumber(DataType leaf) {
    return leaf instanceof NumericType || leaf instanceof BooleanType;
  }
}
