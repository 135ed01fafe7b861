package io.kindling.spark.column;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Reads ML vectors as Spark stores them, {@code struct<type, size, indices, values>}: dense ones as
 * one copy and one loop that casts, sparse ones by scattering into zeros.
 */
final class VectorReader extends ColumnReader {

  private static final int TYPE = 0;
  private static final int SIZE = 1;
  private static final int INDICES = 2;
  private static final int VALUES = 3;
  private static final byte SPARSE = 0;

  private final TensorCast cast;
  private final double[] dense;
  private double[] values = new double[0];
  private int[] indices = new int[0];
  private final UnsafeRow vector = new UnsafeRow(4);
  private final UnsafeArrayData array = new UnsafeArrayData();

  VectorReader(String owner, BoundColumn column) {
    super(owner, column);
    this.cast = new TensorCast(column, bad);
    this.dense = new double[size];
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    int ordinal = column.ordinal();
    if (row.isNullAt(ordinal)) {
      throw bad.isNull(position);
    }
    InternalRow struct;
    if (row instanceof UnsafeRow unsafe) {
      // What UnsafeRow.getStruct does, without a new object per row.
      long place = unsafe.getLong(ordinal);
      vector.pointTo(
          unsafe.getBaseObject(), unsafe.getBaseOffset() + (int) (place >> 32), (int) place);
      struct = vector;
    } else {
      struct = row.getStruct(ordinal, 4);
    }
    if (struct.getByte(TYPE) == SPARSE) {
      readSparse(struct, position);
    } else {
      ArrayData data = arrayOf(struct, VALUES);
      if (data.numElements() != size) {
        throw bad.hasLength(position, data.numElements());
      }
      copyDoubles(data, dense);
    }
    cast.store(dense, size, memory, at * size, position);
  }

  private void readSparse(InternalRow struct, long position) {
    if (struct.getInt(SIZE) != size) {
      throw bad.hasLength(position, struct.getInt(SIZE));
    }
    ArrayData data = arrayOf(struct, INDICES);
    int count = data.numElements();
    if (indices.length < count) {
      indices = new int[Math.max(count, 2 * indices.length)];
      values = new double[indices.length];
    }
    if (data instanceof UnsafeArrayData unsafe) {
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) count),
          indices,
          Platform.INT_ARRAY_OFFSET,
          count * 4L);
    } else {
      System.arraycopy(data.toIntArray(), 0, indices, 0, count);
    }
    copyDoubles(arrayOf(struct, VALUES), values);
    Arrays.fill(dense, 0);
    for (int i = 0; i < count; i++) {
      dense[indices[i]] = values[i];
    }
  }

  private ArrayData arrayOf(InternalRow struct, int field) {
    if (struct instanceof UnsafeRow unsafe) {
      long place = unsafe.getLong(field);
      array.pointTo(
          unsafe.getBaseObject(), unsafe.getBaseOffset() + (int) (place >> 32), (int) place);
      return array;
    }
    return struct.getArray(field);
  }

  private static void copyDoubles(ArrayData data, double[] target) {
    int count = data.numElements();
    if (data instanceof UnsafeArrayData unsafe) {
      Platform.copyMemory(
          unsafe.getBaseObject(),
          unsafe.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) count),
          target,
          Platform.DOUBLE_ARRAY_OFFSET,
          count * 8L);
    } else {
      System.arraycopy(data.toDoubleArray(), 0, target, 0, count);
    }
  }
}
