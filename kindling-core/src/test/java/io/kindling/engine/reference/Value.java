package io.kindling.engine.reference;

import io.kindling.tensor.Shape;

/**
 * The numbers at one place of a network, with the loss's derivative by each.
 *
 * @param numbers row-major, {@code [rows, shape...]}
 * @param gradients as long, zero until the reverse pass comes by
 */
record Value(int rows, Shape shape, double[] numbers, double[] gradients) {

  static Value zeros(int rows, Shape shape) {
    int size = rows * shape.size();
    return new Value(rows, shape, new double[size], new double[size]);
  }

  /** Elements along the innermost axis. */
  int innermost() {
    return shape.isScalar() ? 1 : shape.dimension(-1);
  }
}
