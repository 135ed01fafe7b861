package io.kindling.spark.column;

import io.kindling.network.NonZeros;
import io.kindling.network.Presence;
import io.kindling.network.TextEncoding;
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
    this.bad =
        new BadRow(
            owner, column.column(), size, column.tensor(), column.accepted() == Accepted.ANY);
  }

  static ColumnReader of(String owner, BoundColumn column) {
    DataType type = column.dataType();
    if (column.encoding() instanceof TextEncoding) {
      return new TextReader(owner, column);
    }
    if (column.encoding() instanceof NonZeros vectors) {
      return new NonZerosReader(owner, column, vectors.size());
    }
    if (column.encoding() instanceof Presence) {
      return new PresenceReader(owner, column);
    }
    if (ImageReader.isImage(type)) {
      return new ImageReader(owner, column);
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
   * Whether the column is null in a row, which then has zeros.
   *
   * @throws IllegalArgumentException if it is null and must not be
   */
  final boolean isZeroed(InternalRow row, TensorMemory memory, int at, long position) {
    if (!row.isNullAt(column.ordinal())) {
      return false;
    }
    if (!column.nulls().isZero()) {
      throw bad.isNull(position);
    }
    memory.putZeros(at * size, size);
    return true;
  }

  /**
   * Copies the column of {@code row} to row {@code at} of {@code memory}.
   *
   * @param position the row's place in its partition, for errors
   */
  abstract void read(InternalRow row, TensorMemory memory, int at, long position);
}
