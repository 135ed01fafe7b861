package io.kindling.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Numbers, booleans or byte strings in an array of any rank, rows included. A scalar has rank 0 and
 * one element; any dimension may be 0.
 *
 * <p>Elements of a fixed size lie row-major in one buffer in the machine's byte order, of at most 2
 * GB. A value made of a buffer looks at it and does not copy: it is as unchangeable as its maker
 * leaves it. Engines read direct buffers in place, others through a copy. Safe for use by many
 * threads while nobody writes into the buffer.
 */
public final class TensorValue {

  private static final String NO_STRING = "A string value is null; say what stands for it.";
  private static final Set<ValueType> BYTES = EnumSet.of(ValueType.INT8, ValueType.UINT8);
  private static final Set<ValueType> SHORTS =
      EnumSet.of(ValueType.INT16, ValueType.UINT16, ValueType.FLOAT16, ValueType.BFLOAT16);
  private static final Set<ValueType> INTS = EnumSet.of(ValueType.INT32, ValueType.UINT32);
  private static final Set<ValueType> LONGS = EnumSet.of(ValueType.INT64, ValueType.UINT64);

  private final ValueType type;
  private final long[] shape;
  private final ByteBuffer data;
  private final byte[][] strings;

  private TensorValue(ValueType type, long[] shape, ByteBuffer data, byte[][] strings) {
    this.type = type;
    this.shape = shape;
    this.data = data;
    this.strings = strings;
  }

  /**
   * A value that looks at a buffer.
   *
   * @param data from its position to its limit, in the machine's byte order whatever its own says;
   *     direct where speed matters; borrowed for as long as the value is used
   * @throws IllegalArgumentException if the shape takes more or fewer bytes, or the type is {@link
   *     ValueType#STRING}
   */
  public static TensorValue of(ValueType type, ByteBuffer data, long... shape) {
    if (!type.isFixedSize()) {
      throw new IllegalArgumentException(
          "Invalid value: strings lie in no buffer. Use ofStrings or ofBinary.");
    }
    requireElements(data.remaining() / type.bytes(), shape);
    if (data.remaining() % type.bytes() != 0) {
      throw new IllegalArgumentException(
          "Invalid value: %d bytes are no whole number of elements of %s, which take %d each."
              .formatted(data.remaining(), type, type.bytes()));
    }
    return new TensorValue(type, shape.clone(), data.slice().asReadOnlyBuffer(), null);
  }

  /** Copies floats. */
  public static TensorValue ofFloats(float[] values, long... shape) {
    ByteBuffer data = buffer((long) values.length * Float.BYTES);
    data.asFloatBuffer().put(values);
    return of(ValueType.FLOAT32, data, shape);
  }

  /** Copies doubles. */
  public static TensorValue ofDoubles(double[] values, long... shape) {
    ByteBuffer data = buffer((long) values.length * Double.BYTES);
    data.asDoubleBuffer().put(values);
    return of(ValueType.FLOAT64, data, shape);
  }

  /** Copies 32-bit integers. */
  public static TensorValue ofInts(int[] values, long... shape) {
    return ofInts(ValueType.INT32, values, shape);
  }

  /** Copies 32-bit integers, or the bits of those without a sign. */
  public static TensorValue ofInts(ValueType type, int[] values, long... shape) {
    requireType(type, INTS);
    ByteBuffer data = buffer((long) values.length * Integer.BYTES);
    data.asIntBuffer().put(values);
    return of(type, data, shape);
  }

  /** Copies 64-bit integers. */
  public static TensorValue ofLongs(long[] values, long... shape) {
    return ofLongs(ValueType.INT64, values, shape);
  }

  /** Copies 64-bit integers, or the bits of those without a sign. */
  public static TensorValue ofLongs(ValueType type, long[] values, long... shape) {
    requireType(type, LONGS);
    ByteBuffer data = buffer((long) values.length * Long.BYTES);
    data.asLongBuffer().put(values);
    return of(type, data, shape);
  }

  /** Copies 16-bit integers, or the bits of those without a sign or of 16-bit floats. */
  public static TensorValue ofShorts(ValueType type, short[] values, long... shape) {
    requireType(type, SHORTS);
    ByteBuffer data = buffer((long) values.length * Short.BYTES);
    data.asShortBuffer().put(values);
    return of(type, data, shape);
  }

  /** Copies 8-bit integers, with a sign or without. */
  public static TensorValue ofBytes(ValueType type, byte[] values, long... shape) {
    requireType(type, BYTES);
    return of(type, ByteBuffer.wrap(values.clone()), shape);
  }

  /** Copies booleans. */
  public static TensorValue ofBooleans(boolean[] values, long... shape) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return of(ValueType.BOOL, ByteBuffer.wrap(bytes), shape);
  }

  /**
   * Texts, as UTF-8.
   *
   * @throws IllegalArgumentException if one holds half a surrogate pair, which UTF-8 does not have
   */
  public static TensorValue ofStrings(List<String> values, long... shape) {
    byte[][] encoded = new byte[values.size()][];
    for (int i = 0; i < encoded.length; i++) {
      String text = Objects.requireNonNull(values.get(i), NO_STRING);
      encoded[i] = text.getBytes(UTF_8);
      if (!text.equals(new String(encoded[i], UTF_8))) {
        throw new IllegalArgumentException(
            "String %d of %d holds half a surrogate pair, so it is no text. Give its bytes with ofBinary."
                .formatted(i, encoded.length));
      }
    }
    return strings(encoded, shape);
  }

  /**
   * Byte strings.
   *
   * @param values borrowed, not copied
   */
  public static TensorValue ofBinary(List<byte[]> values, long... shape) {
    return strings(values.toArray(byte[][]::new), shape);
  }

  private static TensorValue strings(byte[][] values, long[] shape) {
    requireElements(values.length, shape);
    for (byte[] value : values) {
      Objects.requireNonNull(value, NO_STRING);
    }
    return new TensorValue(ValueType.STRING, shape.clone(), null, values);
  }

  private static ByteBuffer buffer(long bytes) {
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "Invalid value of " + bytes + " bytes. One value has at most 2 GB; use fewer rows.");
    }
    return ByteBuffer.allocate((int) bytes).order(ByteOrder.nativeOrder());
  }

  private static void requireType(ValueType type, Set<ValueType> allowed) {
    if (!allowed.contains(type)) {
      throw new IllegalArgumentException(
          "Invalid element type " + type + ". Use one of " + allowed + ".");
    }
  }

  private static void requireElements(long given, long[] shape) {
    long needed = elements(shape);
    if (needed != given) {
      throw new IllegalArgumentException(
          "Invalid value: shape %s has %d elements, but %d are given."
              .formatted(Arrays.toString(shape), needed, given));
    }
  }

  /**
   * The number of elements of a shape.
   *
   * @throws IllegalArgumentException if a dimension is negative or the product leaves 63 bits
   */
  public static long elements(long... shape) {
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new IllegalArgumentException(
            "Invalid shape " + Arrays.toString(shape) + ". Every dimension of a value is known.");
      }
    }
    for (long dimension : shape) {
      if (dimension == 0) {
        return 0;
      }
    }
    for (long dimension : shape) {
      try {
        elements = Math.multiplyExact(elements, dimension);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "Invalid shape " + Arrays.toString(shape) + ". It has more elements than can be.", e);
      }
    }
    return elements;
  }

  public ValueType type() {
    return type;
  }

  /** All dimensions, outermost first; a copy. */
  public long[] shape() {
    return shape.clone();
  }

  public int rank() {
    return shape.length;
  }

  public long dimension(int axis) {
    return shape[axis];
  }

  /** The number of elements. */
  public int size() {
    return data == null ? strings.length : data.capacity() / type.bytes();
  }

  /** Bytes of its elements, without what arrays of strings take beside them. */
  public long bytes() {
    if (data != null) {
      return data.capacity();
    }
    long sum = 0;
    for (byte[] string : strings) {
      sum += string.length;
    }
    return sum;
  }

  /** Rows: the outermost dimension, or 1 for a scalar. */
  public long rowCount() {
    return shape.length == 0 ? 1 : shape[0];
  }

  /**
   * The elements as they lie in memory, not copied, to be read; in the machine's byte order.
   *
   * @throws IllegalStateException if they are strings
   */
  public ByteBuffer data() {
    if (data == null) {
      throw unlike("a buffer");
    }
    return data.duplicate().order(ByteOrder.nativeOrder());
  }

  /** A copy of {@code float32} elements; those of 16 bits are widened. */
  public float[] floats() {
    float[] values = new float[size()];
    if (type == ValueType.FLOAT16 || type == ValueType.BFLOAT16) {
      short[] halves = shorts();
      for (int i = 0; i < values.length; i++) {
        values[i] =
            type == ValueType.FLOAT16 ? Half.ofFloat16(halves[i]) : Half.ofBfloat16(halves[i]);
      }
      return values;
    }
    expect(EnumSet.of(ValueType.FLOAT32), "floats");
    data().asFloatBuffer().get(values);
    return values;
  }

  /** A copy of {@code float64} elements. */
  public double[] doubles() {
    expect(EnumSet.of(ValueType.FLOAT64), "doubles");
    double[] values = new double[size()];
    data().asDoubleBuffer().get(values);
    return values;
  }

  /** A copy of {@code int32} elements, or of the bits of {@code uint32} ones. */
  public int[] ints() {
    expect(INTS, "ints");
    int[] values = new int[size()];
    data().asIntBuffer().get(values);
    return values;
  }

  /** A copy of {@code int64} elements, or of the bits of {@code uint64} ones. */
  public long[] longs() {
    expect(LONGS, "longs");
    long[] values = new long[size()];
    data().asLongBuffer().get(values);
    return values;
  }

  /** A copy of {@code int16} elements, or of the bits of others that have 16. */
  public short[] shorts() {
    expect(SHORTS, "shorts");
    short[] values = new short[size()];
    data().asShortBuffer().get(values);
    return values;
  }

  /** A copy of {@code int8} or {@code uint8} elements. */
  public byte[] byteElements() {
    expect(BYTES, "bytes");
    byte[] values = new byte[size()];
    data().get(values);
    return values;
  }

  /** A copy of {@code bool} elements. */
  public boolean[] booleans() {
    expect(EnumSet.of(ValueType.BOOL), "booleans");
    boolean[] values = new boolean[size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = data.get(i) != 0;
    }
    return values;
  }

  /**
   * String elements as texts.
   *
   * @throws IllegalStateException if one is not UTF-8; {@link #binaries()} has its bytes
   */
  public List<String> strings() {
    List<String> texts = new ArrayList<>(size());
    for (byte[] bytes : binaries()) {
      String text = new String(bytes, UTF_8);
      if (!Arrays.equals(bytes, text.getBytes(UTF_8))) {
        throw new IllegalStateException(
            "String %d of %d is not UTF-8: it begins with %s. Read its bytes with binaries."
                .formatted(
                    texts.size(),
                    size(),
                    HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, 16))));
      }
      texts.add(text);
    }
    return texts;
  }

  /** String elements as they are; not copied. */
  public List<byte[]> binaries() {
    expect(EnumSet.of(ValueType.STRING), "strings");
    return List.of(strings);
  }

  private void expect(Set<ValueType> expected, String role) {
    if (!expected.contains(type)) {
      throw unlike(role);
    }
  }

  private IllegalStateException unlike(String role) {
    return new IllegalStateException("Elements of " + type + " cannot be read as " + role + ".");
  }

  /**
   * Some of the rows; numbers are not copied.
   *
   * @throws IndexOutOfBoundsException if there are no such rows
   */
  public TensorValue rows(long from, long count) {
    Objects.checkFromIndexSize(from, count, rowCount());
    if (shape.length == 0) {
      return this;
    }
    long[] fewer = shape.clone();
    fewer[0] = count;
    int rowSize = shape[0] == 0 ? 0 : (int) (size() / shape[0]);
    int start = (int) from * rowSize;
    int length = (int) count * rowSize;
    if (data == null) {
      return new TensorValue(type, fewer, null, Arrays.copyOfRange(strings, start, start + length));
    }
    return new TensorValue(
        type, fewer, data.slice(start * type.bytes(), length * type.bytes()), null);
  }

  /** The same elements on the heap, whatever becomes of the buffer that this value looks at. */
  public TensorValue copied() {
    if (data == null) {
      return this;
    }
    ByteBuffer copy = ByteBuffer.allocate(data.capacity());
    return of(type, copy.put(data()).flip(), shape);
  }

  /**
   * The rows of all, one after another, copied into a direct buffer.
   *
   * @throws IllegalArgumentException if there are none, or types, ranks or shapes of rows differ
   */
  public static TensorValue concatenated(List<TensorValue> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("Cannot join no values. Give at least one.");
    }
    TensorValue first = parts.get(0);
    long rows = 0;
    long bytes = 0;
    for (TensorValue part : parts) {
      if (!first.joins(part)) {
        throw new IllegalArgumentException(
            "Cannot join the rows of " + first + " and " + part + ": they differ.");
      }
      rows += part.rowCount();
      bytes += part.bytes();
    }
    long[] shape = first.shape.clone();
    shape[0] = rows;
    if (first.data == null) {
      return new TensorValue(
          first.type,
          shape,
          null,
          parts.stream().flatMap(part -> Arrays.stream(part.strings)).toArray(byte[][]::new));
    }
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "Cannot join " + bytes + " bytes. One value has at most 2 GB; use fewer rows.");
    }
    ByteBuffer joined = ByteBuffer.allocateDirect((int) bytes);
    parts.forEach(part -> joined.put(part.data()));
    return of(first.type, joined.flip(), shape);
  }

  /** Whether rows of another can stand behind these. */
  private boolean joins(TensorValue other) {
    return type == other.type
        && shape.length > 0
        && shape.length == other.shape.length
        && Arrays.equals(shape, 1, shape.length, other.shape, 1, shape.length);
  }

  /** What one row is; of a value that has rows. */
  JoinedCall.Row row() {
    return new JoinedCall.Row(type, Arrays.stream(shape).skip(1).boxed().toList());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorValue that
        && type == that.type
        && Arrays.equals(shape, that.shape)
        && Objects.equals(data, that.data)
        && Arrays.deepEquals(strings, that.strings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, Arrays.hashCode(shape), data, Arrays.deepHashCode(strings));
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
