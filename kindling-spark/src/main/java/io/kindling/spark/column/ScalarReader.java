package io.kindling.spark.column;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/** Reads one number per row. */
final class ScalarReader extends ColumnReader {

  private enum Kind {
    BOOLEAN,
    BYTE,
    SHORT,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL
  }

  private final Kind kind;
  private final int precision;
  private final int scale;
  private final TensorCast cast;
  private final double[] real = new double[1];
  private final long[] integer = new long[1];

  ScalarReader(String owner, BoundColumn column) {
    super(owner, column);
    this.kind = kind(column.dataType());
    this.precision = column.dataType() instanceof DecimalType decimal ? decimal.precision() : 0;
    this.scale = column.dataType() instanceof DecimalType decimal ? decimal.scale() : 0;
    this.cast = new TensorCast(column, bad);
  }

  private static Kind kind(DataType type) {
    if (type instanceof BooleanType) {
      return Kind.BOOLEAN;
    } else if (type instanceof ByteType) {
      return Kind.BYTE;
    } else if (type instanceof ShortType) {
      return Kind.SHORT;
    } else if (type instanceof IntegerType) {
      return Kind.INT;
    } else if (type instanceof LongType) {
      return Kind.LONG;
    } else if (type instanceof FloatType) {
      return Kind.FLOAT;
    } else if (type instanceof DoubleType) {
      return Kind.DOUBLE;
    } else if (type instanceof DecimalType) {
      return Kind.DECIMAL;
    }
    throw new IllegalArgumentException("Unsupported type " + type.catalogString() + ".");
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    int ordinal = column.ordinal();
    if (row.isNullAt(ordinal)) {
      throw bad.isNull(position);
    }
    switch (kind) {
      case BOOLEAN -> integer[0] = row.getBoolean(ordinal) ? 1 : 0;
      case BYTE -> integer[0] = row.getByte(ordinal);
      case SHORT -> integer[0] = row.getShort(ordinal);
      case INT -> integer[0] = row.getInt(ordinal);
      case LONG -> integer[0] = row.getLong(ordinal);
      case FLOAT -> real[0] = row.getFloat(ordinal);
      case DOUBLE -> real[0] = row.getDouble(ordinal);
      case DECIMAL -> real[0] = row.getDecimal(ordinal, precision, scale).toDouble();
    }
    if (kind.compareTo(Kind.LONG) <= 0) {
      cast.store(integer, 1, memory, at, position);
    } else {
      cast.store(real, 1, memory, at, position);
    }
  }
}
