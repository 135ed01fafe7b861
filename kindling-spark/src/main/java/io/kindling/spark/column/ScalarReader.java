package io.kindling.spark.column;

import org.apache.spark.sql.catalyst.InternalRow;

/** Reads one number per row. */
final class ScalarReader extends ColumnReader {

  private final NumberKind kind;
  private final TensorCast cast;
  private final double[] real = new double[1];
  private final long[] integer = new long[1];

  ScalarReader(String owner, BoundColumn column) {
    super(owner, column);
    this.kind = NumberKind.of(column.dataType());
    this.cast = new TensorCast(column, bad);
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    if (isZeroed(row, memory, at, position)) {
      return;
    }
    if (kind.isIntegral()) {
      integer[0] = kind.integer(row, column.ordinal());
      cast.store(integer, 1, memory, at, position);
    } else {
      real[0] = kind.real(row, column.ordinal(), column.dataType());
      cast.store(real, 1, memory, at, position);
    }
  }
}
