package io.kindling.spark.column;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Numbers as Catalyst's {@code array<float>}: one array in Spark's unsafe format that is written
 * again for every row, so a value lasts until the next one is made. Belongs to one thread.
 */
public final class CatalystFloats {

  private final int size;
  private final byte[] memory;
  private final long values;
  private final UnsafeArrayData array = new UnsafeArrayData();

  public CatalystFloats(int size) {
    this.size = size;
    int header = UnsafeArrayData.calculateHeaderPortionInBytes(size);
    // Spark's format pads to 8 bytes.
    this.memory = new byte[Math.addExact(header, (Math.multiplyExact(size, 4) + 7) / 8 * 8)];
    this.values = (long) Platform.BYTE_ARRAY_OFFSET + header;
    Platform.putLong(memory, Platform.BYTE_ARRAY_OFFSET, size);
    array.pointTo(memory, Platform.BYTE_ARRAY_OFFSET, memory.length);
  }

  /** The array holding {@code source} from {@code from} on. */
  public UnsafeArrayData of(float[] source, int from) {
    Platform.copyMemory(source, Platform.FLOAT_ARRAY_OFFSET + 4L * from, memory, values, 4L * size);
    return array;
  }
}
