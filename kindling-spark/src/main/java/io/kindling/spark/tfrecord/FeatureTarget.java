package io.kindling.spark.tfrecord;

import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeArrayWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeWriter;
import org.apache.spark.unsafe.Platform;

/** The column of a row that a feature's values are copied to. */
final class FeatureTarget {

  private static final int POINTER_BYTES = Long.BYTES;
  private static final int MOST_BYTES = Integer.MAX_VALUE - (1 << 20);

  private final FeatureColumn column;
  private final Element element;
  private final UnsafeRowWriter row;
  private final int ordinal;
  private final UnsafeArrayWriter outer; // null but for lists of features
  private final UnsafeArrayWriter array; // null for a value

  FeatureTarget(FeatureColumn column, UnsafeRowWriter row, int ordinal) {
    this.column = column;
    this.element = column.element();
    this.row = row;
    this.ordinal = ordinal;
    this.outer = column.depth() < 2 ? null : new UnsafeArrayWriter(row, POINTER_BYTES);
    this.array =
        switch (column.depth()) {
          case 0 -> null;
          case 1 -> new UnsafeArrayWriter(row, element.size);
          default -> new UnsafeArrayWriter(outer, element.size);
        };
  }

  /**
   * Copies a feature to the column; false where the column is null.
   *
   * @throws IllegalArgumentException if the column does not take it
   */
  boolean set(FeatureValues values) {
    if (values.kind() == null || (array == null && values.count() == 0)) {
      return false;
    }
    requireKind(values);
    if (array != null) {
      int before = row.cursor();
      fill(values);
      row.setOffsetAndSizeFromPreviousCursor(ordinal, before);
    } else if (values.count() == 1) {
      copy(values, 0, row, ordinal);
    } else {
      throw mismatch("holds %d %s".formatted(values.count(), values.kind()));
    }
    return true;
  }

  /**
   * Copies a list of features to the column.
   *
   * @throws IllegalArgumentException if the column does not take it
   */
  void setList(WireCursor list, FeatureValues values) throws CorruptRecordException {
    int start = list.at();
    int end = list.end();
    int features = count(list);
    list.narrow(start, end);

    int before = row.cursor();
    requireRoom(features, POINTER_BYTES);
    outer.initialize(features);
    for (int i = 0; list.hasMore(); ) {
      int tag = list.tag();
      if (tag != ExampleWalk.FIRST) {
        list.skip(tag);
        continue;
      }
      int enclosing = list.enter();
      values.read(list);
      list.leave(enclosing);
      setElement(i++, values);
    }
    row.setOffsetAndSizeFromPreviousCursor(ordinal, before);
  }

  private static int count(WireCursor list) throws CorruptRecordException {
    int features = 0;
    while (list.hasMore()) {
      int tag = list.tag();
      list.skip(tag);
      features += tag == ExampleWalk.FIRST ? 1 : 0;
    }
    return features;
  }

  private void setElement(int i, FeatureValues values) {
    if (values.kind() == null) {
      outer.setNull8Bytes(i);
      return;
    }
    requireKind(values);
    int before = outer.cursor();
    fill(values);
    outer.setOffsetAndSizeFromPreviousCursor(i, before);
  }

  /** Numbers that Spark's array holds as they are go there in one piece. */
  private void fill(FeatureValues values) {
    int count = values.count();
    requireRoom(count, element.size);
    long target =
        (long) array.cursor() + UnsafeArrayData.calculateHeaderPortionInBytes((long) count);
    array.initialize(count);
    if (element == Element.FLOAT && values.kind() == FeatureKind.FLOAT) {
      Platform.copyMemory(
          values.floats(), Platform.FLOAT_ARRAY_OFFSET, array.getBuffer(), target, 4L * count);
    } else if (element == Element.LONG) {
      Platform.copyMemory(
          values.longs(), Platform.LONG_ARRAY_OFFSET, array.getBuffer(), target, 8L * count);
    } else {
      for (int i = 0; i < count; i++) {
        copy(values, i, array, i);
      }
    }
  }

  private void copy(FeatureValues values, int i, UnsafeWriter to, int place) {
    try {
      element.read(values, i, to, place);
    } catch (IllegalArgumentException e) {
      throw mismatch(e.getMessage());
    }
  }

  private void requireKind(FeatureValues values) {
    if (!element.takes(values.kind())) {
      throw mismatch("holds " + values.kind());
    }
  }

  private void requireRoom(int count, int size) {
    if ((long) count * size > MOST_BYTES) {
      throw mismatch("holds %d values, more than a row of Spark has room for".formatted(count));
    }
  }

  private IllegalArgumentException mismatch(String what) {
    return new IllegalArgumentException(
        "Column '%s' has type %s, but the feature of its name %s."
            .formatted(column.name(), column.type().catalogString(), what));
  }
}
