package io.kindling.spark.column;

import io.kindling.tensor.Batch;
import java.io.Serializable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Checksum;

/**
 * Some rows as tensors on the heap: per column one array of bytes, row-major, in native order, just
 * as a {@link Batch} holds them, so that rows move to a batch by memory copies. Immutable; made by
 * {@link RowBlockBuilder}.
 *
 * <p>Plain arrays in plain fields: Spark caches, spills and sends blocks with either of its
 * serializers at the speed of a copy. Machines of one cluster share a byte order.
 */
public final class RowBlock implements Serializable {

  private static final long serialVersionUID = 1;
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.nativeOrder());
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final int rows;
  private final int[] rowBytes;
  private final byte[][] columns;

  RowBlock(int rows, int[] rowBytes, byte[][] columns) {
    this.rows = rows;
    this.rowBytes = rowBytes;
    this.columns = columns;
  }

  public int rows() {
    return rows;
  }

  /** Columns, in the order of the binding. */
  public int columns() {
    return columns.length;
  }

  /** Bytes of all columns. */
  public long bytes() {
    long bytes = 0;
    for (byte[] column : columns) {
      bytes += column.length;
    }
    return bytes;
  }

  /** Bytes of one row of a column. */
  public int rowBytes(int column) {
    return rowBytes[column];
  }

  /** Bytes of one row, all its columns together. */
  public int rowBytes() {
    int bytes = 0;
    for (int each : rowBytes) {
      bytes = Math.addExact(bytes, each);
    }
    return bytes;
  }

  /** Appends one row, its columns one behind the other, to what {@code target} has. */
  public void appendRow(int row, ByteBuffer target) {
    for (int i = 0; i < columns.length; i++) {
      target.put(columns[i], row * rowBytes[i], rowBytes[i]);
    }
  }

  /** Adds all bytes, column by column. */
  public void addTo(Checksum checksum) {
    for (byte[] column : columns) {
      checksum.update(column, 0, column.length);
    }
  }

  /** Copies one row of one column to row {@code atRow} of {@code target}, from its start. */
  public void copyRow(int column, int row, ByteBuffer target, int atRow) {
    copyRows(column, row, 1, target, atRow);
  }

  /** Copies {@code count} rows of one column to {@code target}, from row {@code atRow} on. */
  public void copyRows(int column, int fromRow, int count, ByteBuffer target, int atRow) {
    int length = rowBytes[column];
    target.put(atRow * length, columns[column], fromRow * length, count * length);
  }

  /** Copies one row to row {@code atRow} of the first columns of a batch. */
  public void copyRow(int row, Batch batch, int atRow) {
    copyRows(row, 1, batch, atRow);
  }

  /** Copies {@code count} rows to the first columns of a batch, from row {@code atRow} on. */
  public void copyRows(int fromRow, int count, Batch batch, int atRow) {
    for (int i = 0; i < columns.length; i++) {
      copyRows(i, fromRow, count, batch.column(i), atRow);
    }
  }

  /** One element of a FLOAT32 column. */
  public float floatAt(int column, int row, int element) {
    return (float) FLOATS.get(columns[column], row * rowBytes[column] + element * Float.BYTES);
  }

  /** One element of an INT32 column. */
  public int intAt(int column, int row, int element) {
    return (int) INTS.get(columns[column], row * rowBytes[column] + element * Integer.BYTES);
  }

  @Override
  public String toString() {
    return "RowBlock of " + rows + " rows, " + bytes() + " bytes";
  }
}
