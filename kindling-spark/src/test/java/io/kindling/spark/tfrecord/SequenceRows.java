package io.kindling.spark.tfrecord;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;

/** A row with something in every kind of list. */
final class SequenceRows {

  private SequenceRows() {}

  static InternalRow row() {
    Object[] words = {UTF8String.fromString("one"), UTF8String.fromString("")};
    return new GenericInternalRow(
        new Object[] {
          new GenericArrayData(new long[] {1, -1, 1L << 40}),
          new GenericArrayData(new float[] {1.5f, Float.NaN}),
          new GenericArrayData(new Object[] {new byte[] {1, 2}, new byte[0]}),
          new GenericArrayData(
              new Object[] {
                new GenericArrayData(new int[] {7, 8}), new GenericArrayData(new int[0])
              }),
          new GenericArrayData(new Object[] {null, new GenericArrayData(words)})
        });
  }
}
