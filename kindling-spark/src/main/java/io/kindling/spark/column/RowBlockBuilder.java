package io.kindling.spark.column;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Gathers rows into {@link RowBlock}s. Memory grows with the rows and stays below a bound per
 * column and block, so that no array becomes too large to allocate, to spill or to send. Belongs to
 * one thread, and to one partition, whose rows it counts for its errors.
 */
public final class RowBlockBuilder {

  /**
   * Bytes a column of a block may take, unless a single row takes more. 4 MiB: large enough that
   * the cost per block vanishes, small enough for any heap to find room.
   */
  public static final int DEFAULT_COLUMN_BYTES = 4 << 20;

  private static final int FIRST_BYTES = 64 << 10;

  private final ColumnReader[] readers;
  private final int[] rowBytes;
  private final ColumnBinding binding;
  private final int maxRows;
  private byte[][] columns;
  private final TensorMemory[] memories;
  private int firstRows;
  private int capacity;
  private int rows;
  private long position;

  public RowBlockBuilder(ColumnBinding binding) {
    this(binding, DEFAULT_COLUMN_BYTES);
  }

  public RowBlockBuilder(ColumnBinding binding, int columnBytes) {
    this.binding = binding;
    this.readers = binding.newReaders();
    this.rowBytes = new int[readers.length];
    int widest = 1;
    for (int i = 0; i < readers.length; i++) {
      rowBytes[i] = Math.multiplyExact(binding.elements(i), binding.type(i).bytes());
      widest = Math.max(widest, rowBytes[i]);
    }
    this.maxRows = Math.max(1, columnBytes / widest);
    this.memories = new TensorMemory[readers.length];
    this.columns = new byte[readers.length][0];
    this.firstRows = Math.max(1, Math.min(maxRows, FIRST_BYTES / widest));
  }

  /** Copies a row; the row may be reused afterwards. */
  public void append(InternalRow row) {
    append(row, position);
  }

  /**
   * Copies a row; the row may be reused afterwards.
   *
   * @param place of the row in its partition, for errors, where the builder does not get every row
   */
  public void append(InternalRow row, long place) {
    if (rows == maxRows) {
      throw new IllegalStateException("Block is full with " + rows + " rows. Take it first.");
    }
    if (rows == capacity) {
      reserve(capacity == 0 ? firstRows : (int) Math.min(maxRows, 2L * capacity));
    }
    for (int i = 0; i < readers.length; i++) {
      readers[i].read(row, memories[i], rows, place);
    }
    rows++;
    position = place + 1;
  }

  private void reserve(int rowsOfRoom) {
    capacity = rowsOfRoom;
    for (int i = 0; i < columns.length; i++) {
      columns[i] = Arrays.copyOf(columns[i], Math.multiplyExact(rowsOfRoom, rowBytes[i]));
      memories[i] = new TensorMemory(binding.type(i), ByteBuffer.wrap(columns[i]));
    }
  }

  public boolean isFull() {
    return rows == maxRows;
  }

  /** Rows since the last block was taken. */
  public int rows() {
    return rows;
  }

  /** The rows so far as a block of their own; the builder starts over. */
  public RowBlock take() {
    boolean isWhole = rows == capacity;
    byte[][] taken = new byte[columns.length][];
    for (int i = 0; i < columns.length; i++) {
      // A block that fills its arrays keeps them; of others a copy is cut to size.
      taken[i] = isWhole ? columns[i] : Arrays.copyOf(columns[i], rows * rowBytes[i]);
    }
    RowBlock block = new RowBlock(rows, rowBytes.clone(), taken);
    if (isWhole) {
      // As many rows will follow, if any; their arrays are made when the first of them comes.
      firstRows = Math.max(firstRows, capacity);
      capacity = 0;
      columns = new byte[columns.length][0];
    }
    rows = 0;
    return block;
  }
}
