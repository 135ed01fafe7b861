package io.kindling.spark.column;

import org.apache.spark.sql.catalyst.InternalRow;

/** Reads bytes as numbers from 0 to 255. */
final class BinaryReader extends ColumnReader {

  private final TensorCast cast;
  private final long[] values;

  BinaryReader(String owner, BoundColumn column) {
    super(owner, column);
    this.cast = new TensorCast(column, bad);
    this.values = new long[size];
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    if (isZeroed(row, memory, at, position)) {
      return;
    }
    byte[] bytes = row.getBinary(column.ordinal());
    if (bytes.length != size) {
      throw bad.hasLength(position, bytes.length);
    }
    for (int i = 0; i < size; i++) {
      values[i] = bytes[i] & 0xff;
    }
    cast.store(values, size, memory, at * size, position);
  }
}
