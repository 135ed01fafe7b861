package io.kindling.spark.column;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/** How a number of a type is fetched from rows and arrays, without an object. */
public enum NumberKind {
  BOOLEAN,
  BYTE,
  SHORT,
  INT,
  LONG,
  FLOAT,
  DOUBLE,
  DECIMAL;

  public static NumberKind of(DataType type) {
    if (type instanceof BooleanType) {
      return BOOLEAN;
    } else if (type instanceof ByteType) {
      return BYTE;
    } else if (type instanceof ShortType) {
      return SHORT;
    } else if (type instanceof IntegerType) {
      return INT;
    } else if (type instanceof LongType) {
      return LONG;
    } else if (type instanceof FloatType) {
      return FLOAT;
    } else if (type instanceof DoubleType) {
      return DOUBLE;
    } else if (type instanceof DecimalType) {
      return DECIMAL;
    }
    throw new IllegalArgumentException("Unsupported type " + type.catalogString() + ".");
  }

  /** Whether it is fetched by {@link #integer}; otherwise by {@link #real}. */
  public boolean isIntegral() {
    return compareTo(LONG) <= 0;
  }

  public long integer(SpecializedGetters values, int ordinal) {
    return switch (this) {
      case BOOLEAN -> values.getBoolean(ordinal) ? 1 : 0;
      case BYTE -> values.getByte(ordinal);
      case SHORT -> values.getShort(ordinal);
      case INT -> values.getInt(ordinal);
      case LONG -> values.getLong(ordinal);
      case FLOAT, DOUBLE, DECIMAL -> throw new IllegalStateException(this + " is not integral.");
    };
  }

  public double real(SpecializedGetters values, int ordinal, DataType type) {
    return switch (this) {
      case FLOAT -> values.getFloat(ordinal);
      case DOUBLE -> values.getDouble(ordinal);
      case DECIMAL -> {
        DecimalType decimal = (DecimalType) type;
        yield values.getDecimal(ordinal, decimal.precision(), decimal.scale()).toDouble();
      }
      case BOOLEAN, BYTE, SHORT, INT, LONG -> integer(values, ordinal);
    };
  }
}
