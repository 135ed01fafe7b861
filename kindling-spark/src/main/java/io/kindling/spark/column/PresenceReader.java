package io.kindling.spark.column;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;

/**
 * Writes 1 where a column has a number and 0 where it has none, in the places where the column's
 * own reader puts the numbers.
 */
final class PresenceReader extends ColumnReader {

  /** How deep arrays are nested; 0 where the column holds none. */
  private final int depth;

  private final float[] presence;

  PresenceReader(String owner, BoundColumn column) {
    super(owner, column);
    int arrays = 0;
    for (var type = column.dataType();
        type instanceof ArrayType array;
        type = array.elementType()) {
      arrays++;
    }
    this.depth = arrays;
    this.presence = new float[size];
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    Arrays.fill(presence, 0);
    if (!row.isNullAt(column.ordinal())) {
      if (depth == 0) {
        Arrays.fill(presence, 1);
      } else {
        mark(row.getArray(column.ordinal()), 1, 0, size);
      }
    }
    memory.putFloats(at * size, presence, size);
  }

  /**
   * Marks what an array holds.
   *
   * @param level 1 for the outermost array
   * @param from the first of the {@code room} places that belong to the array
   */
  private void mark(ArrayData data, int level, int from, int room) {
    int length = level == depth ? room : column.dimensions().get(level - 1);
    int step = room / length;
    Overlap overlap = Overlap.of(column.lengths(), data.numElements(), length);
    if (overlap == null) {
      return; // the column's own reader says so
    }
    for (int i = 0; i < overlap.count(); i++) {
      if (!data.isNullAt(overlap.from() + i)) {
        int place = from + (overlap.to() + i) * step;
        if (level == depth) {
          presence[place] = 1;
        } else {
          mark(data.getArray(overlap.from() + i), level + 1, place, step);
        }
      }
    }
  }
}
