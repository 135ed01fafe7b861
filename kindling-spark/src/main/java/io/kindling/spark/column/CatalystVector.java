package io.kindling.spark.column;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Numbers as Catalyst's form of a dense ML vector, written again for every row, so a value lasts
 * until the next one is made. Belongs to one thread.
 */
public final class CatalystVector {

  private static final byte DENSE = 1;

  private final int size;
  private final byte[] memory;
  private final long values;
  private final InternalRow vector;

  public CatalystVector(int size) {
    this.size = size;
    int header = UnsafeArrayData.calculateHeaderPortionInBytes(size);
    this.memory = new byte[Math.addExact(header, Math.multiplyExact(size, 8))];
    this.values = (long) Platform.BYTE_ARRAY_OFFSET + header;
    Platform.putLong(memory, Platform.BYTE_ARRAY_OFFSET, size);
    UnsafeArrayData array = new UnsafeArrayData();
    array.pointTo(memory, Platform.BYTE_ARRAY_OFFSET, memory.length);
    this.vector = new GenericInternalRow(new Object[] {DENSE, null, null, array});
  }

  /** The vector of {@code source}. */
  public InternalRow of(double[] source) {
    Platform.copyMemory(source, Platform.DOUBLE_ARRAY_OFFSET, memory, values, 8L * size);
    return vector;
  }
}
