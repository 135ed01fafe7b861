package io.kindling.spark.column;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;

/**
 * Copies one column of rows into tensor memory. Holds scratch arrays, so it belongs to one thread;
 * it makes nothing per row on rows in Spark's unsafe format.
 */
abstract class ColumnReader {

  final BoundColumn column;
  final BadRow bad;
  final int size;

  ColumnReader(String owner, BoundColumn column) {
    this.column = column;
    this.size = column.size();
    this.bad = new BadRow(owner, column.column(), size, column.tensor());
  }

  static ColumnReader of(String owner, BoundColumn column) {
    DataType type = column.dataType();
    if (column.encoding() != null) {
      return new TextReader(owner, column);
    }
    if (ColumnBinding.isVector(type)) {
      return new VectorReader(owner, column);
    }
    if (type instanceof BinaryType) {
      return new BinaryReader(owner, column);
    }
    if (type instanceof ArrayType array) {
      return new ArrayReader(owner, column, array);
    }
    return new ScalarReader(owner, column);
  }

  /**
   * Copies the column of {@code row} to row {@code at} of {@code memory}.
   *
   * @param position the row's place in its partition, for errors
   */
  abstract void read(InternalRow row, TensorMemory memory, int at, long position);
}
