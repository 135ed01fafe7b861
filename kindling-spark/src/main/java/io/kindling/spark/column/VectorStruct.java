package io.kindling.spark.column;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * An ML vector as Spark stores it, {@code struct<type, size, indices, values>}: pointed at one row
 * after the other, without an object per row. Belongs to one thread.
 */
public final class VectorStruct {

  private static final int TYPE = 0;
  private static final int SIZE = 1;
  private static final int INDICES = 2;
  private static final int VALUES = 3;
  private static final byte SPARSE = 0;

  private final UnsafeRow vector = new UnsafeRow(4);
  private final UnsafeArrayData array = new UnsafeArrayData();
  private InternalRow struct = vector;
  private double[] values = new double[0];
  private int[] indices = new int[0];

  public void pointTo(InternalRow row, int ordinal) {
    if (row instanceof UnsafeRow unsafe) {
      // What UnsafeRow.getStruct does, without a new object per row.
      long place = unsafe.getLong(ordinal);
      vector.pointTo(
          unsafe.getBaseObject(), unsafe.getBaseOffset() + (int) (place >> 32), (int) place);
      struct = vector;
    } else {
      struct = row.getStruct(ordinal, 4);
    }
  }

  public boolean isSparse() {
    return struct.getByte(TYPE) == SPARSE;
  }

  /** Elements, zeros included. */
  public int size() {
    return isSparse() ? struct.getInt(SIZE) : arrayOf(VALUES).numElements();
  }

  /** How many elements are stored. */
  public int stored() {
    return arrayOf(VALUES).numElements();
  }

  /** Copies the stored elements, as many as {@link #stored}. */
  void copyValues(double[] target) {
    ArrayData data = arrayOf(VALUES);
    int count = data.numElements();
    if (data instanceof UnsafeArrayData unsafe) {
      copy(unsafe, count, target, Platform.DOUBLE_ARRAY_OFFSET, count * 8L);
    } else {
      System.arraycopy(data.toDoubleArray(), 0, target, 0, count);
    }
  }

  /** The stored elements; valid until the next call. */
  public double[] values() {
    int count = stored();
    if (values.length < count) {
      values = new double[Math.max(count, 2 * values.length)];
    }
    copyValues(values);
    return values;
  }

  /** Where the stored elements of a sparse vector stand; valid until the next call. */
  public int[] indices() {
    ArrayData data = arrayOf(INDICES);
    int count = data.numElements();
    if (indices.length < count) {
      indices = new int[Math.max(count, 2 * indices.length)];
    }
    if (data instanceof UnsafeArrayData unsafe) {
      copy(unsafe, count, indices, Platform.INT_ARRAY_OFFSET, count * 4L);
    } else {
      System.arraycopy(data.toIntArray(), 0, indices, 0, count);
    }
    return indices;
  }

  private static void copy(
      UnsafeArrayData data, int count, Object target, long offset, long bytes) {
    Platform.copyMemory(
        data.getBaseObject(),
        data.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) count),
        target,
        offset,
        bytes);
  }

  private ArrayData arrayOf(int field) {
    if (struct instanceof UnsafeRow unsafe) {
      long place = unsafe.getLong(field);
      array.pointTo(
          unsafe.getBaseObject(), unsafe.getBaseOffset() + (int) (place >> 32), (int) place);
      return array;
    }
    return struct.getArray(field);
  }
}
