package io.kindling.spark.scoring;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * The rows of a block, kept until they are emitted: one growing array of bytes, filled anew for
 * every block, instead of an object per row.
 */
public final class KeptRows {

  private byte[] memory = new byte[64 << 10];
  private int[] ends = new int[64];
  private int rows;
  private UnsafeRow view;

  public int bytes() {
    return rows == 0 ? 0 : ends[rows - 1];
  }

  public void clear() {
    rows = 0;
  }

  public void add(UnsafeRow row) {
    int start = bytes();
    int end = Math.addExact(start, row.getSizeInBytes());
    if (end > memory.length) {
      memory =
          Arrays.copyOf(
              memory, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(end, 2L * memory.length)));
    }
    Platform.copyMemory(
        row.getBaseObject(),
        row.getBaseOffset(),
        memory,
        Platform.BYTE_ARRAY_OFFSET + start,
        row.getSizeInBytes());
    if (rows == ends.length) {
      ends = Arrays.copyOf(ends, 2 * rows);
    }
    ends[rows++] = end;
    if (view == null) {
      view = new UnsafeRow(row.numFields());
    }
  }

  /** A row, in an object that is used again for the next. */
  public UnsafeRow get(int row) {
    int start = row == 0 ? 0 : ends[row - 1];
    view.pointTo(memory, Platform.BYTE_ARRAY_OFFSET + (long) start, ends[row] - start);
    return view;
  }
}
