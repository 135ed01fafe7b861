package io.kindling.spark.column;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Reads ML vectors: dense ones as one copy and one loop that casts, sparse ones by scattering into
 * zeros.
 */
final class VectorReader extends ColumnReader {

  private final TensorCast cast;
  private final double[] dense;
  private final VectorStruct vector = new VectorStruct();

  VectorReader(String owner, BoundColumn column) {
    super(owner, column);
    this.cast = new TensorCast(column, bad);
    this.dense = new double[size];
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    if (isZeroed(row, memory, at, position)) {
      return;
    }
    vector.pointTo(row, column.ordinal());
    if (vector.size() != size) {
      throw bad.hasLength(position, vector.size());
    }
    if (vector.isSparse()) {
      scatter();
    } else {
      vector.copyValues(dense);
    }
    cast.store(dense, size, memory, at * size, position);
  }

  private void scatter() {
    int[] indices = vector.indices();
    double[] values = vector.values();
    int count = vector.stored();
    Arrays.fill(dense, 0);
    for (int i = 0; i < count; i++) {
      dense[indices[i]] = values[i];
    }
  }
}
