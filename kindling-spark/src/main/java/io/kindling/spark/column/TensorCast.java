package io.kindling.spark.column;

import io.kindling.tensor.ElementType;

/**
 * Makes runs of numbers the tensor's elements. Whatever a column holds comes as doubles or as
 * longs; the loops are plain ones over arrays, so that the JIT can unroll them. Floating-point
 * tensors take every number; integer tensors refuse what they cannot hold exactly.
 */
final class TensorCast {

  private final BoundColumn column;
  private final BadRow bad;
  private final boolean checked;
  private float[] floats = new float[0];
  private double[] doubles = new double[0];
  private int[] ints = new int[0];
  private long[] longs = new long[0];
  private byte[] bytes = new byte[0];

  TensorCast(BoundColumn column, BadRow bad) {
    this.column = column;
    this.bad = bad;
    this.checked = column.accepted() != Accepted.ANY || column.classes() > 0;
    int size = column.size();
    switch (column.type()) {
      case FLOAT32 -> floats = new float[size];
      case FLOAT64 -> doubles = new double[size];
      case INT32 -> ints = new int[size];
      case INT64 -> longs = new long[size];
      case UINT8, BOOL -> bytes = new byte[size];
    }
  }

  /** Whether values have to be looked at even where they could be copied as they are. */
  boolean isChecked() {
    return checked;
  }

  void store(double[] values, int count, TensorMemory memory, int at, long row) {
    if (checked) {
      check(values, count, row);
    }
    switch (column.type()) {
      case FLOAT32 -> {
        float[] target = floats;
        for (int i = 0; i < count; i++) {
          target[i] = (float) values[i];
        }
        memory.putFloats(at, target, count);
      }
      case FLOAT64 -> memory.putDoubles(at, values, count);
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          ints[i] = (int) whole(values[i], Integer.MIN_VALUE, Integer.MAX_VALUE, row);
        }
        memory.putInts(at, ints, count);
      }
      case INT64 -> {
        for (int i = 0; i < count; i++) {
          longs[i] = whole(values[i], Long.MIN_VALUE, Long.MAX_VALUE, row);
        }
        memory.putLongs(at, longs, count);
      }
      case UINT8, BOOL -> {
        int most = column.type() == ElementType.BOOL ? 1 : 255;
        for (int i = 0; i < count; i++) {
          bytes[i] = (byte) whole(values[i], 0, most, row);
        }
        memory.putBytes(at, bytes, count);
      }
    }
  }

  void store(long[] values, int count, TensorMemory memory, int at, long row) {
    if (column.classes() > 0) {
      for (int i = 0; i < count; i++) {
        if (values[i] < 0 || values[i] >= column.classes()) {
          throw noClass(Long.toString(values[i]), row);
        }
      }
    } else if (checked) {
      for (int i = 0; i < count; i++) {
        if (!column.accepted().accepts((double) values[i])) {
          throw bad.hasValue(row, Long.toString(values[i]), column.accepted().inWords());
        }
      }
    }
    switch (column.type()) {
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          floats[i] = (float) values[i];
        }
        memory.putFloats(at, floats, count);
      }
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          doubles[i] = (double) values[i];
        }
        memory.putDoubles(at, doubles, count);
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          ints[i] = (int) inRange(values[i], Integer.MIN_VALUE, Integer.MAX_VALUE, row);
        }
        memory.putInts(at, ints, count);
      }
      case INT64 -> memory.putLongs(at, values, count);
      case UINT8, BOOL -> {
        int most = column.type() == ElementType.BOOL ? 1 : 255;
        for (int i = 0; i < count; i++) {
          bytes[i] = (byte) inRange(values[i], 0, most, row);
        }
        memory.putBytes(at, bytes, count);
      }
    }
  }

  private void check(double[] values, int count, long row) {
    for (int i = 0; i < count; i++) {
      double value = values[i];
      if (column.classes() > 0) {
        if (!(value >= 0 && value < column.classes() && value == Math.rint(value))) {
          throw noClass(Double.toString(value), row);
        }
      } else if (!column
          .accepted()
          .accepts(column.type() == ElementType.FLOAT32 ? (float) value : value)) {
        throw bad.hasValue(row, Double.toString(value), column.accepted().inWords());
      }
    }
  }

  private IllegalArgumentException noClass(String value, long row) {
    return bad.hasValue(
        row, value, "labels that are whole numbers from 0 to " + (column.classes() - 1));
  }

  private long whole(double value, long least, long most, long row) {
    // 2^63 itself rounds into the range as a double, so the upper end is compared after the cast.
    if (value != Math.rint(value) || value < least || value > most || value == 0x1p63) {
      throw bad.hasValue(row, Double.toString(value), "whole numbers" + range(least, most));
    }
    return (long) value;
  }

  private long inRange(long value, long least, long most, long row) {
    if (value < least || value > most) {
      throw bad.hasValue(row, Long.toString(value), "whole numbers" + range(least, most));
    }
    return value;
  }

  private String range(long least, long most) {
    return " from %d to %d for %s".formatted(least, most, column.spec());
  }
}
