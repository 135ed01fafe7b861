package io.kindling.tensorflow;

import io.kindling.engine.Program;
import io.kindling.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.internal.c_api.TF_Tensor;

/**
 * Rows in native memory, one aligned block per column, which TensorFlow reads in place.
 *
 * <p>The tensors over the full block are kept for good, those over another number of rows until yet
 * another number is used.
 */
final class NativeBatch implements Program.BatchMemory {

  private final List<TensorSpec> columns;
  private final int capacity;
  private final List<NativeBlock> blocks = new ArrayList<>();
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private final TF_Tensor[] full;
  private final TF_Tensor[] partial;
  private int partialRows;
  private int rows;
  private boolean closed;

  NativeBatch(NativeScope scope, List<TensorSpec> columns, int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException(
          "Invalid capacity " + capacity + ". A batch has room for at least 1 row.");
    }
    for (TensorSpec column : columns) {
      if (capacity * column.rowBytes() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "Invalid capacity "
                + capacity
                + ": column "
                + column
                + " would take "
                + capacity * column.rowBytes()
                + " bytes. One column of a batch has at most "
                + Integer.MAX_VALUE
                + "; use smaller batches.");
      }
    }
    this.columns = columns;
    this.capacity = capacity;
    for (TensorSpec column : columns) {
      int size = (int) (capacity * column.rowBytes());
      NativeBlock block = scope.allocate(size);
      blocks.add(block);
      buffers.add(block.buffer(0, size));
    }
    this.full = new TF_Tensor[columns.size()];
    this.partial = new TF_Tensor[columns.size()];
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
    requireOpen();
    return buffers.get(index);
  }

  /** The rows that count as tensors, one per column; borrowed until rows change. */
  TF_Tensor[] tensors() {
    requireOpen();
    if (rows == capacity) {
      return wrapped(full);
    }
    if (rows != partialRows) {
      for (int i = 0; i < partial.length; i++) {
        if (partial[i] != null) {
          blocks.get(i).free(partial[i]);
          partial[i] = null;
        }
      }
      partialRows = rows;
    }
    return wrapped(partial);
  }

  private TF_Tensor[] wrapped(TF_Tensor[] tensors) {
    for (int i = 0; i < tensors.length; i++) {
      if (tensors[i] == null) {
        TensorSpec column = columns.get(i);
        tensors[i] =
            blocks
                .get(i)
                .window(
                    column.type(),
                    NativeTypes.dimensions(rows, column.shape()),
                    0,
                    rows * column.rowBytes());
      }
    }
    return tensors;
  }

  /** Whether memory lies in one of the columns. */
  boolean contains(Pointer memory) {
    for (NativeBlock block : blocks) {
      if (block.contains(memory)) {
        return true;
      }
    }
    return false;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The batch is closed; it cannot be filled or fed.");
    }
  }

  @Override
  public void close() {
    closed = true;
    blocks.forEach(NativeBlock::close);
  }

  @Override
  public String toString() {
    return rows + " of " + capacity + " rows of " + columns;
  }
}
