package io.kindling.engine.reference;

import io.kindling.engine.Program.BatchMemory;
import io.kindling.tensor.Batch;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Rows in direct buffers. */
final class ReferenceBatch implements BatchMemory {

  private final List<TensorSpec> columns;
  private final List<ByteBuffer> buffers;
  private final int capacity;
  private int rows;

  ReferenceBatch(List<TensorSpec> columns, int capacity) {
    this.columns = List.copyOf(columns);
    this.capacity = capacity;
    this.buffers =
        columns.stream()
            .map(column -> ByteBuffer.allocateDirect((int) (column.rowBytes() * capacity)))
            .map(buffer -> buffer.order(ByteOrder.nativeOrder()))
            .toList();
  }

  @Override
  public List<TensorSpec> columns() {
    return columns;
  }

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public void setRows(int rows) {
    if (rows < 0 || rows > capacity) {
      throw new IllegalArgumentException(
          "Invalid number of rows " + rows + ". The batch has room for " + capacity + ".");
    }
    this.rows = rows;
  }

  @Override
  public ByteBuffer column(int index) {
    return buffers.get(index);
  }

  @Override
  public void close() {}

  /** The filled rows of a column of any type, as doubles. */
  static double[] numbers(Batch batch, int index) {
    TensorSpec column = batch.columns().get(index);
    ByteBuffer buffer = batch.column(index);
    double[] numbers = new double[batch.rows() * column.shape().size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          switch (column.type()) {
            case FLOAT32 -> buffer.getFloat(i * Float.BYTES);
            case FLOAT64 -> buffer.getDouble(i * Double.BYTES);
            case INT32 -> buffer.getInt(i * Integer.BYTES);
            case INT64 -> buffer.getLong(i * Long.BYTES);
            case UINT8 -> Byte.toUnsignedInt(buffer.get(i));
            case BOOL -> buffer.get(i);
          };
    }
    return numbers;
  }
}
