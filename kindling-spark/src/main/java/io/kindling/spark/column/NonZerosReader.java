package io.kindling.spark.column;

import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Reads the elements of ML vectors that are not zero, as pairs of place and value; those of sparse
 * vectors without making them dense.
 */
final class NonZerosReader extends ColumnReader {

  /** Elements of a vector, zeros included. */
  private final int elements;

  /** Pairs there is room for. */
  private final int most;

  private final float[] pairs;
  private final VectorStruct vector = new VectorStruct();

  NonZerosReader(String owner, BoundColumn column, int elements) {
    super(owner, column);
    this.elements = elements;
    this.most = size / 2;
    this.pairs = new float[size];
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    if (isZeroed(row, memory, at, position)) {
      return;
    }
    vector.pointTo(row, column.ordinal());
    if (vector.size() != elements) {
      throw bad.hasValue(
          position,
          "a vector of " + vector.size() + " elements",
          "vectors of " + elements + " for " + column.spec());
    }
    double[] values = vector.values();
    int[] indices = vector.isSparse() ? vector.indices() : null;
    int stored = vector.stored();
    int count = 0;
    for (int i = 0; i < stored; i++) {
      if (values[i] != 0) {
        if (count < most) {
          pairs[2 * count] = indices == null ? i : indices[i];
          pairs[2 * count + 1] = (float) values[i];
        }
        count++;
      }
    }
    if (count > most) {
      throw bad.hasValue(
          position,
          "a vector with " + count + " elements that are not zero",
          "at most " + most + " of them for " + column.spec() + "; give Input.ofSparse more room");
    }
    float last = count == 0 ? 0 : pairs[2 * count - 2];
    for (int i = count; i < most; i++) {
      pairs[2 * i] = last;
      pairs[2 * i + 1] = 0;
    }
    memory.putFloats(at * size, pairs, size);
  }
}
