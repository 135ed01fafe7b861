package io.kindling.spark.column;

import io.kindling.tensor.TensorSpec;

/**
 * A wish for {@link ColumnBinding}: this column feeds this tensor.
 *
 * @param column the column's name
 * @param classes numbers from 0 up that the values may be; 0 where others may be
 * @param accepted which numbers the column may hold
 */
public record ColumnInput(String column, TensorSpec tensor, int classes, Accepted accepted) {

  /** Any numbers; NaN passes through, as the network may know what to do with it. */
  public static ColumnInput of(String column, TensorSpec tensor) {
    return new ColumnInput(column, tensor, 0, Accepted.ANY);
  }

  /** Numbers to be learned: NaN and infinity are refused, since one of them ruins a training. */
  public static ColumnInput target(String column, TensorSpec tensor) {
    return new ColumnInput(column, tensor, 0, Accepted.FINITE);
  }

  /** Labels: whole numbers from 0 to {@code classes - 1}. */
  public static ColumnInput label(String column, TensorSpec tensor, int classes) {
    return new ColumnInput(column, tensor, classes, Accepted.FINITE);
  }

  /** Weights of rows: numbers of 0 or more. */
  public static ColumnInput weight(String column, TensorSpec tensor) {
    return new ColumnInput(column, tensor, 0, Accepted.NOT_NEGATIVE);
  }
}
