package io.kindling.spark.column;

import io.kindling.spark.input.LengthPolicy;
import io.kindling.tensor.ElementType;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * Reads arrays of numbers, nested or not. The innermost arrays are runs: a run of the tensor's own
 * type is one memory copy out of the row; any other is one copy into a reused array and one loop
 * that casts.
 */
final class ArrayReader extends ColumnReader {

  private final TensorCast cast;
  private final DataType leaf;
  private final NumberKind kind;
  private final boolean leafHoldsNulls;

  /** Elements that an array at each depth has; the last is the length of a run. */
  private final int[] lengths;

  /** Whether a run can be copied as it is. */
  private final boolean raw;

  /** Whether runs go through {@link #integers}; otherwise through {@link #reals}. */
  private final boolean integral;

  /** Whether arrays may be of another length, or hold nulls. */
  private final boolean isLenient;

  private final long[] integers;
  private final double[] reals;
  private final byte[] bytes;
  private final short[] shorts;
  private final int[] ints;
  private final float[] floats;
  private final UnsafeArrayData array = new UnsafeArrayData();

  ArrayReader(String owner, BoundColumn column, ArrayType type) {
    super(owner, column);
    this.cast = new TensorCast(column, bad);
    int depth = 1;
    ArrayType innermost = type;
    while (innermost.elementType() instanceof ArrayType inner) {
      innermost = inner;
      depth++;
    }
    this.leaf = innermost.elementType();
    this.leafHoldsNulls = innermost.containsNull();
    this.lengths = new int[depth];
    int run = size;
    for (int i = 0; i < depth - 1; i++) {
      lengths[i] = column.dimensions().get(i);
      run /= lengths[i];
    }
    lengths[depth - 1] = run;
    this.raw = isSame(leaf, column.type()) && !cast.isChecked();
    this.isLenient = column.nulls().isZero() || column.lengths() != LengthPolicy.FAIL;
    this.kind = NumberKind.of(leaf);
    this.integral = kind.isIntegral();
    this.integers = new long[integral ? run : 0];
    this.reals = new double[integral ? 0 : run];
    this.bytes = new byte[leaf instanceof ByteType || leaf instanceof BooleanType ? run : 0];
    this.shorts = new short[leaf instanceof ShortType ? run : 0];
    this.ints = new int[leaf instanceof IntegerType ? run : 0];
    this.floats = new float[leaf instanceof FloatType ? run : 0];
  }

  private static boolean isSame(DataType leaf, ElementType type) {
    return switch (type) {
      case FLOAT32 -> leaf instanceof FloatType;
      case FLOAT64 -> leaf instanceof DoubleType;
      case INT32 -> leaf instanceof IntegerType;
      case INT64 -> leaf instanceof LongType;
      case BOOL -> leaf instanceof BooleanType;
      // A tinyint has a sign, so -1 must not become 255 unnoticed.
      case UINT8 -> false;
    };
  }

  @Override
  void read(InternalRow row, TensorMemory memory, int at, long position) {
    int ordinal = column.ordinal();
    if (isZeroed(row, memory, at, position)) {
      return;
    }
    if (isLenient) {
      memory.putZeros(at * size, size);
      readLeniently(row.getArray(ordinal), 0, memory, at * size, position);
    } else if (row instanceof UnsafeRow unsafe) {
      // What UnsafeRow.getArray does, without a new object per row.
      long place = unsafe.getLong(ordinal);
      array.pointTo(
          unsafe.getBaseObject(), unsafe.getBaseOffset() + (int) (place >> 32), (int) place);
      read(array, 0, memory, at * size, position);
    } else {
      read(row.getArray(ordinal), 0, memory, at * size, position);
    }
  }

  private void read(ArrayData data, int depth, TensorMemory memory, int at, long position) {
    int length = lengths[depth];
    if (data.numElements() != length) {
      throw wrongLength(data, depth, position);
    }
    if (depth == lengths.length - 1) {
      if (data instanceof UnsafeArrayData unsafe) {
        readRun(unsafe, length, memory, at, position);
      } else {
        readRunSlowly(data, length, memory, at, position);
      }
      return;
    }
    int step = stepBehind(depth);
    for (int i = 0; i < length; i++) {
      if (data.isNullAt(i)) {
        throw bad.hasNull(position, i);
      }
      read(data.getArray(i), depth + 1, memory, at + i * step, position);
    }
  }

  private IllegalArgumentException wrongLength(ArrayData data, int depth, long position) {
    return lengths.length == 1
        ? bad.hasLength(position, data.numElements())
        : bad.hasValue(
            position,
            "an array of " + data.numElements() + " elements at depth " + (depth + 1),
            lengths[depth] + " elements there");
  }

  /** Elements of the tensor that an array inside an array of this depth takes. */
  private int stepBehind(int depth) {
    int step = 1;
    for (int i = depth + 1; i < lengths.length; i++) {
      step *= lengths[i];
    }
    return step;
  }

  /** Puts what is there into zeros, element by element. */
  private void readLeniently(ArrayData data, int depth, TensorMemory memory, int at, long row) {
    int length = lengths[depth];
    Overlap overlap = Overlap.of(column.lengths(), data.numElements(), length);
    if (overlap == null) {
      throw wrongLength(data, depth, row);
    }
    boolean isRun = depth == lengths.length - 1;
    int step = isRun ? 1 : stepBehind(depth);
    for (int i = 0; i < overlap.count(); i++) {
      int element = overlap.from() + i;
      if (data.isNullAt(element)) {
        if (!column.nulls().isZero()) {
          throw bad.hasNull(row, element);
        }
      } else if (!isRun) {
        readLeniently(
            data.getArray(element), depth + 1, memory, at + (overlap.to() + i) * step, row);
      } else {
        readElement(data, element);
        store(1, memory, at + overlap.to() + i, row);
      }
    }
  }

  private void readElement(ArrayData data, int element) {
    if (integral) {
      integers[0] = kind.integer(data, element);
    } else {
      reals[0] = kind.real(data, element, leaf);
    }
  }

  private void readRun(UnsafeArrayData data, int length, TensorMemory memory, int at, long row) {
    Object base = data.getBaseObject();
    if (leafHoldsNulls
        && BitSetMethods.anySet(base, data.getBaseOffset() + Long.BYTES, (length + 63) / 64)) {
      throw bad.hasNull(row, firstNull(data));
    }
    long offset =
        data.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) length);
    if (raw) {
      memory.putRaw(at, base, offset, length);
      return;
    }
    if (leaf instanceof DoubleType) {
      Platform.copyMemory(base, offset, reals, Platform.DOUBLE_ARRAY_OFFSET, length * 8L);
    } else if (leaf instanceof FloatType) {
      Platform.copyMemory(base, offset, floats, Platform.FLOAT_ARRAY_OFFSET, length * 4L);
      for (int i = 0; i < length; i++) {
        reals[i] = floats[i];
      }
    } else if (leaf instanceof LongType) {
      Platform.copyMemory(base, offset, integers, Platform.LONG_ARRAY_OFFSET, length * 8L);
    } else if (leaf instanceof IntegerType) {
      Platform.copyMemory(base, offset, ints, Platform.INT_ARRAY_OFFSET, length * 4L);
      for (int i = 0; i < length; i++) {
        integers[i] = ints[i];
      }
    } else if (leaf instanceof ShortType) {
      Platform.copyMemory(base, offset, shorts, Platform.SHORT_ARRAY_OFFSET, length * 2L);
      for (int i = 0; i < length; i++) {
        integers[i] = shorts[i];
      }
    } else if (leaf instanceof ByteType || leaf instanceof BooleanType) {
      Platform.copyMemory(base, offset, bytes, Platform.BYTE_ARRAY_OFFSET, length);
      for (int i = 0; i < length; i++) {
        integers[i] = bytes[i];
      }
    } else {
      readDecimals(data, length);
    }
    store(length, memory, at, row);
  }

  private void readRunSlowly(ArrayData data, int length, TensorMemory memory, int at, long row) {
    // Asked of the data and not of the type: rows made by hand hold what they like.
    int firstNull = firstNull(data);
    if (firstNull >= 0) {
      throw bad.hasNull(row, firstNull);
    }
    if (leaf instanceof DoubleType) {
      System.arraycopy(data.toDoubleArray(), 0, reals, 0, length);
    } else if (leaf instanceof FloatType) {
      float[] values = data.toFloatArray();
      if (raw) {
        memory.putFloats(at, values, length);
        return;
      }
      for (int i = 0; i < length; i++) {
        reals[i] = values[i];
      }
    } else if (leaf instanceof LongType) {
      System.arraycopy(data.toLongArray(), 0, integers, 0, length);
    } else if (leaf instanceof IntegerType) {
      Arrays.setAll(integers, i -> data.getInt(i));
    } else if (leaf instanceof ShortType) {
      Arrays.setAll(integers, i -> data.getShort(i));
    } else if (leaf instanceof ByteType) {
      Arrays.setAll(integers, i -> data.getByte(i));
    } else if (leaf instanceof BooleanType) {
      Arrays.setAll(integers, i -> data.getBoolean(i) ? 1 : 0);
    } else {
      readDecimals(data, length);
    }
    store(length, memory, at, row);
  }

  private void readDecimals(ArrayData data, int length) {
    DecimalType decimal = (DecimalType) leaf;
    for (int i = 0; i < length; i++) {
      reals[i] = data.getDecimal(i, decimal.precision(), decimal.scale()).toDouble();
    }
  }

  private void store(int length, TensorMemory memory, int at, long row) {
    if (integral) {
      cast.store(integers, length, memory, at, row);
    } else {
      cast.store(reals, length, memory, at, row);
    }
  }

  private static int firstNull(ArrayData data) {
    for (int i = 0; i < data.numElements(); i++) {
      if (data.isNullAt(i)) {
        return i;
      }
    }
    return -1;
  }
}
