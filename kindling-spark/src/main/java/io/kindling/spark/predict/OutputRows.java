package io.kindling.spark.predict;

import io.kindling.predict.TensorValue;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * An output of a model, on the heap, that gives one row's value after the other as Catalyst has it.
 */
public final class OutputRows {

  private final BoundOutput output;
  private final long[] rowShape;
  private final int rows;
  private final int rowSize;
  private final Object elements; // an array of a primitive type, or a list of byte[]

  /**
   * @param hasRowAxis whether the first dimension counts rows
   * @throws BadValueException if it has not as many dimensions as the column, or a text is none
   */
  public OutputRows(BoundOutput output, TensorValue value, boolean hasRowAxis)
      throws BadValueException {
    this.output = output;
    long[] shape = value.shape();
    this.rowShape = hasRowAxis ? Arrays.copyOfRange(shape, 1, shape.length) : shape;
    this.rows = hasRowAxis ? (int) shape[0] : 1;
    this.rowSize = (int) TensorValue.elements(rowShape);
    this.elements = elements(value);
    if (output.rank() >= 0 && rowShape.length != output.rank()) {
      throw new BadValueException(
          "Output '%s' has %d dimensions per row, but the model's signature declares %d."
              .formatted(output.output(), rowShape.length, output.rank()));
    }
    requireTexts();
  }

  private void requireTexts() throws BadValueException {
    if (output.isBinary() || !(elements instanceof List<?> strings)) {
      return;
    }
    for (Object each : strings) {
      if (!UTF8String.fromBytes((byte[]) each).isValid()) {
        throw new BadValueException(
            "Output '%s' holds bytes that are no UTF-8. Make column '%s' binary: setBinary."
                .formatted(output.output(), output.column()));
      }
    }
  }

  private static Object elements(TensorValue value) {
    return switch (value.type()) {
      case FLOAT16, BFLOAT16, FLOAT32 -> value.floats();
      case FLOAT64 -> value.doubles();
      case INT8 -> value.byteElements();
      case UINT8 -> unsigned(value.byteElements());
      case INT16 -> value.shorts();
      case INT32 -> value.ints();
      case INT64 -> value.longs();
      case UINT16 -> unsigned(value.shorts());
      case UINT32 -> unsigned(value.ints());
      case UINT64 -> unsigned(value.longs());
      case BOOL -> value.booleans();
      case STRING -> value.binaries();
    };
  }

  private static short[] unsigned(byte[] bytes) {
    short[] values = new short[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = (short) Byte.toUnsignedInt(bytes[i]);
    }
    return values;
  }

  private static int[] unsigned(short[] bits) {
    int[] values = new int[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Short.toUnsignedInt(bits[i]);
    }
    return values;
  }

  private static long[] unsigned(int[] bits) {
    return Arrays.stream(bits).mapToLong(Integer::toUnsignedLong).toArray();
  }

  private static Decimal[] unsigned(long[] bits) {
    return Arrays.stream(bits)
        .mapToObj(each -> Decimal.apply(new BigDecimal(Long.toUnsignedString(each)), 20, 0))
        .toArray(Decimal[]::new);
  }

  /** Writes one row's value; single numbers without an object. */
  public void write(int row, InternalRow target, int ordinal) {
    if (rowShape.length > 0 || output.rank() < 0) {
      target.update(ordinal, row(row));
    } else if (elements instanceof double[] doubles) {
      target.setDouble(ordinal, doubles[row]);
    } else if (elements instanceof float[] floats) {
      target.setFloat(ordinal, floats[row]);
    } else if (elements instanceof long[] longs) {
      target.setLong(ordinal, longs[row]);
    } else if (elements instanceof int[] ints) {
      target.setInt(ordinal, ints[row]);
    } else {
      target.update(ordinal, single(row));
    }
  }

  /** How many rows there are, of an output whose first dimension counts them. */
  public int rows() {
    return rows;
  }

  /** One row's value. */
  Object row(int row) {
    int begin = row * rowSize;
    if (output.rank() < 0) {
      return run(begin, rowSize);
    }
    return rowShape.length == 0 ? single(begin) : nested(begin, 0, rowSize);
  }

  private ArrayData nested(int begin, int axis, int size) {
    if (axis == rowShape.length - 1) {
      return run(begin, size);
    }
    int length = (int) rowShape[axis];
    int each = length == 0 ? 0 : size / length;
    Object[] parts = new Object[length];
    for (int i = 0; i < length; i++) {
      parts[i] = nested(begin + i * each, axis + 1, each);
    }
    return new GenericArrayData(parts);
  }

  private ArrayData run(int begin, int size) {
    if (elements instanceof float[] floats) {
      return UnsafeArrayData.fromPrimitiveArray(Arrays.copyOfRange(floats, begin, begin + size));
    } else if (elements instanceof double[] doubles) {
      return UnsafeArrayData.fromPrimitiveArray(Arrays.copyOfRange(doubles, begin, begin + size));
    } else if (elements instanceof int[] ints) {
      return UnsafeArrayData.fromPrimitiveArray(Arrays.copyOfRange(ints, begin, begin + size));
    } else if (elements instanceof long[] longs) {
      return UnsafeArrayData.fromPrimitiveArray(Arrays.copyOfRange(longs, begin, begin + size));
    } else if (elements instanceof short[] shorts) {
      return UnsafeArrayData.fromPrimitiveArray(Arrays.copyOfRange(shorts, begin, begin + size));
    } else if (elements instanceof byte[] bytes) {
      return UnsafeArrayData.fromPrimitiveArray(Arrays.copyOfRange(bytes, begin, begin + size));
    }
    Object[] values = new Object[size];
    for (int i = 0; i < size; i++) {
      values[i] = single(begin + i);
    }
    return new GenericArrayData(values);
  }

  private Object single(int at) {
    if (elements instanceof List<?> strings) {
      return output.isBinary() ? strings.get(at) : UTF8String.fromBytes((byte[]) strings.get(at));
    }
    return Array.get(elements, at);
  }
}
