package io.kindling.tensor;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Some rows as tensors: per column one block of memory, row-major, in native byte order. Whoever
 * feeds fills the buffers with bulk copies and then says how many rows there are; an engine reads
 * them in place.
 *
 * <p>A batch is made by an engine (see {@code Program.newBatch}), is reused from step to step, and
 * dies with the scope it was made in. It belongs to one thread at a time.
 */
public interface Batch {

  /** The columns, in the order of {@link #column(int)}. */
  List<TensorSpec> columns();

  /** Rows the buffers have room for. */
  int capacity();

  /** Rows that count. */
  int rows();

  /** Declares the first {@code rows} rows of every column as filled. */
  void setRows(int rows);

  /**
   * All {@link #capacity()} rows of a column: a direct buffer in native order, its position 0, the
   * same on each call.
   */
  ByteBuffer column(int index);
}
