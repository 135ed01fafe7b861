package io.kindling.spark.predict;

/**
 * Where the elements of a row go in a larger array that begins with it along each axis, both in
 * row-major order: in runs that lie together in both.
 *
 * @param shape of the row
 * @param larger the same number of dimensions, none of them smaller
 */
record PaddedRow(long[] shape, long[] larger) {

  /** Takes a run: so many elements from one place to another. */
  interface Run {
    void copy(int from, int to, int length);
  }

  void forEachRun(Run run) {
    step(0, 0, 0, run);
  }

  private void step(int axis, int from, int to, Run run) {
    if (axis >= shape.length - 1) {
      run.copy(from, to, shape.length == 0 ? 1 : (int) shape[axis]);
      return;
    }
    int each = size(shape, axis + 1);
    int eachLarger = size(larger, axis + 1);
    for (int i = 0; i < shape[axis]; i++) {
      step(axis + 1, from + i * each, to + i * eachLarger, run);
    }
  }

  private static int size(long[] dimensions, int axis) {
    long size = 1;
    for (int i = axis; i < dimensions.length; i++) {
      size *= dimensions[i];
    }
    return Math.toIntExact(size);
  }
}
