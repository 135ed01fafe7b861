package io.kindling.spark.predict;

import io.kindling.predict.Half;
import io.kindling.predict.TensorValue;
import io.kindling.predict.ValueType;
import io.kindling.spark.column.NumberKind;
import io.kindling.spark.column.VectorStruct;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.unsafe.Platform;

/**
 * One column of a block of rows as values for a model's input: elements one behind the other, with
 * each row's shape. Rows whose shapes differ make one value where they are padded. Elements that
 * are the input's as they lie in Spark's rows are copied in runs. Belongs to one thread.
 */
public final class InputRows {

  private static final int FIRST_BYTES = 64 << 10;
  private static final int ALIGNMENT = 64;
  private static final long MOST_BYTES = Integer.MAX_VALUE - 4L * ALIGNMENT;
  private static final long UNSEEN = -1;

  private final BoundInput input;
  private final ValueType type;
  private final DataType leaf;
  private final NumberKind kind; // null where elements are texts or bytes
  private final boolean isSame;
  private final int depth;
  private final long[] fixedShape; // null where rows differ
  private final long fixedSize;
  private final byte[] padding; // an element; null where rows are not padded
  private final boolean isPlain; // one value per row, as is declared: tables of numbers are long
  private final VectorStruct vector = new VectorStruct();

  private ByteBuffer memory = ByteBuffer.allocateDirect(0);
  private FloatBuffer floats = memory.asFloatBuffer();
  private final List<byte[]> strings = new ArrayList<>();
  private float[] cast = new float[0];
  private final long[] observed;

  private long[][] shapes = new long[64][];
  private int[] ends = new int[64]; // in elements
  private int rows;

  public InputRows(BoundInput input) {
    this.input = input;
    this.type = input.type();
    this.leaf = input.leaf();
    this.kind =
        type == ValueType.STRING || input.isBytes() || !Elements.isCastable(leaf, type)
            ? null
            : NumberKind.of(leaf);
    this.isSame = Elements.isSame(leaf, type);
    this.depth = input.depth();
    this.observed = new long[depth];
    this.fixedSize = input.size();
    this.fixedShape =
        fixedSize < 0 ? null : input.rowShape().stream().mapToLong(Long::longValue).toArray();
    this.isPlain = depth == 0 && fixedSize == 1;
    this.padding = input.padding() == null ? null : element(input.padding());
  }

  /**
   * An element that a user has written.
   *
   * @throws IllegalArgumentException if the input has no such elements
   */
  private byte[] element(String text) {
    if (type == ValueType.STRING) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    try {
      reserve(1);
      putReal(Double.parseDouble(text), 0);
    } catch (NumberFormatException | BadValueException e) {
      throw new IllegalArgumentException(
          "Column '%s' is to be padded with '%s', but elements of '%s' are of %s."
              .formatted(input.column(), text, input.input(), type),
          e);
    }
    byte[] element = new byte[type.bytes()];
    memory.get(0, element);
    return element;
  }

  /** Whether rows of several shapes make one value. */
  boolean isPadded() {
    return padding != null;
  }

  public int rows() {
    return rows;
  }

  /** Bytes that all rows take, about. */
  long bytes() {
    return type == ValueType.STRING ? 0 : (long) elements() * type.bytes();
  }

  private int elements() {
    return rows == 0 ? 0 : ends[rows - 1];
  }

  public void clear() {
    rows = 0;
    strings.clear();
  }

  /** Takes the last row back. */
  void removeLast() {
    rows--;
    forgetStringsFrom(elements());
  }

  private void forgetStringsFrom(int element) {
    if (strings.size() > element) {
      strings.subList(element, strings.size()).clear();
    }
  }

  /**
   * Appends the column of a row, which may be reused afterwards.
   *
   * @throws BadValueException if it is not what the input takes; nothing is appended then
   */
  public void add(InternalRow row) throws BadValueException {
    int begin = elements();
    if (rows == ends.length) {
      ends = Arrays.copyOf(ends, 2 * rows);
      shapes = Arrays.copyOf(shapes, 2 * rows);
    }
    try {
      if (row.isNullAt(input.ordinal())) {
        throw bad("is null");
      }
      int end = begin + 1;
      if (isPlain) {
        reserve(end);
        put(row, input.ordinal(), begin);
        shapes[rows] = fixedShape;
      } else {
        end = read(row, begin);
        settleUnseen();
        shapes[rows] = shape(end - begin);
      }
      ends[rows] = end;
      rows++;
    } catch (BadValueException e) {
      forgetStringsFrom(begin);
      throw e;
    }
  }

  /** Reads the row's elements behind those that are there; returns how many there are then. */
  private int read(InternalRow row, int at) throws BadValueException {
    Arrays.fill(observed, UNSEEN);
    if (input.isVector()) {
      return readVector(row, at);
    }
    if (depth == 0) {
      reserve(at + 1);
      put(row, input.ordinal(), at);
      return at + 1;
    }
    return input.dataType() instanceof BinaryType
        ? readBytes(row.getBinary(input.ordinal()), 0, at)
        : readArray(row.getArray(input.ordinal()), 0, at);
  }

  /** Arrays without elements do not tell the lengths of what they hold none of. */
  private void settleUnseen() {
    List<Long> expected = input.rowShape();
    boolean isKnown = expected != null && expected.size() == depth;
    for (int i = 0; i < depth; i++) {
      if (observed[i] == UNSEEN) {
        observed[i] = isKnown ? Math.max(0, expected.get(i)) : 0;
      }
    }
  }

  private int readVector(InternalRow row, int at) throws BadValueException {
    vector.pointTo(row, input.ordinal());
    int size = vector.size();
    observe(0, size);
    double[] dense;
    if (vector.isSparse()) {
      dense = new double[size];
      int[] indices = vector.indices();
      double[] values = vector.values();
      for (int i = 0; i < vector.stored(); i++) {
        dense[indices[i]] = values[i];
      }
    } else {
      dense = vector.values();
    }
    reserve(at + size);
    putDoubles(dense, size, at);
    return at + size;
  }

  private int readBytes(byte[] bytes, int level, int at) throws BadValueException {
    observe(level, bytes.length);
    reserve(at + bytes.length);
    memory.put(at, bytes);
    return at + bytes.length;
  }

  private int readArray(ArrayData array, int level, int at) throws BadValueException {
    int length = array.numElements();
    observe(level, length);
    int firstNull = firstNull(array, length);
    if (firstNull < length) {
      throw bad("has null at element " + firstNull + (level == 0 ? "" : " of an inner array"));
    }
    int end = at;
    if (level + 1 == depth) {
      return readRun(array, length, at);
    }
    for (int i = 0; i < length; i++) {
      end =
          input.isBytes() && level + 2 == depth
              ? readBytes(array.getBinary(i), level + 1, end)
              : readArray(array.getArray(i), level + 1, end);
    }
    return end;
  }

  /** The first element that is null; the length where none is. */
  private static int firstNull(ArrayData array, int length) {
    int first = 0;
    if (array instanceof UnsafeArrayData unsafe) {
      // A bit each, 64 together, behind the number of elements: 784 floats are copied in the time
      // that asking for each of them would take many times over.
      long words = unsafe.getBaseOffset() + Long.BYTES;
      while (first < length && Platform.getLong(unsafe.getBaseObject(), words + first / 8) == 0) {
        first += Long.SIZE;
      }
    }
    while (first < length && !array.isNullAt(first)) {
      first++;
    }
    return Math.min(first, length);
  }

  private void observe(int level, long length) throws BadValueException {
    if (observed[level] == UNSEEN) {
      observed[level] = length;
    } else if (observed[level] != length) {
      throw bad(
          "holds arrays of "
              + observed[level]
              + " and of "
              + length
              + " elements side by side, which make no tensor");
    }
  }

  /** Reads the innermost arrays, of which no element is null. */
  private int readRun(ArrayData array, int length, int at) throws BadValueException {
    reserve(at + length);
    if (isSame && kind != null && array instanceof UnsafeArrayData unsafe) {
      putRaw(unsafe, length, at);
    } else if (kind == NumberKind.DOUBLE) {
      putDoubles(array.toDoubleArray(), length, at);
    } else {
      for (int i = 0; i < length; i++) {
        put(array, i, at + i);
      }
    }
    return at + length;
  }

  private void putRaw(UnsafeArrayData array, int length, int at) {
    long offset =
        array.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) length);
    int bytes = length * type.bytes();
    if (array.getBaseObject() instanceof byte[] base) {
      memory.put(at * type.bytes(), base, (int) (offset - Platform.BYTE_ARRAY_OFFSET), bytes);
    } else {
      byte[] detour = new byte[bytes];
      Platform.copyMemory(array.getBaseObject(), offset, detour, Platform.BYTE_ARRAY_OFFSET, bytes);
      memory.put(at * type.bytes(), detour);
    }
  }

  private void putDoubles(double[] values, int length, int at) throws BadValueException {
    if (type != ValueType.FLOAT32) {
      for (int i = 0; i < length; i++) {
        putReal(values[i], at + i);
      }
      return;
    }
    // A loop over arrays and one copy: stores into a direct buffer one by one are ten times slower.
    if (cast.length < length) {
      cast = new float[length];
    }
    for (int i = 0; i < length; i++) {
      cast[i] = (float) values[i];
    }
    floats.put(at, cast, 0, length);
  }

  private void put(SpecializedGetters values, int ordinal, int at) throws BadValueException {
    if (type == ValueType.STRING) {
      strings.add(
          leaf instanceof BinaryType
              ? values.getBinary(ordinal)
              : values.getUTF8String(ordinal).getBytes());
    } else if (kind.isIntegral()) {
      putWhole(kind.integer(values, ordinal), at);
    } else if (leaf instanceof DecimalType decimal && !type.isFloatingPoint()) {
      putDecimal(
          values.getDecimal(ordinal, decimal.precision(), decimal.scale()).toJavaBigDecimal(), at);
    } else {
      putReal(kind.real(values, ordinal, leaf), at);
    }
  }

  private void putWhole(long value, int at) throws BadValueException {
    switch (type) {
      case FLOAT32 -> memory.putFloat(4 * at, (float) value);
      case FLOAT64 -> memory.putDouble(8 * at, (double) value);
      case INT64 -> memory.putLong(8 * at, value);
      case INT32 -> memory.putInt(4 * at, (int) within(value, Integer.MIN_VALUE, 0x7fffffffL));
      case INT16 -> memory.putShort(2 * at, (short) within(value, Short.MIN_VALUE, 0x7fff));
      case INT8 -> memory.put(at, (byte) within(value, Byte.MIN_VALUE, 0x7f));
      case UINT8 -> memory.put(at, (byte) within(value, 0, 0xff));
      case UINT16 -> memory.putShort(2 * at, (short) within(value, 0, 0xffff));
      case UINT32 -> memory.putInt(4 * at, (int) within(value, 0, 0xffffffffL));
      case UINT64 -> {
        if (value < 0) {
          throw noWholeNumber(value);
        }
        memory.putLong(8 * at, value);
      }
      case BOOL -> memory.put(at, (byte) within(value, 0, 1));
      case FLOAT16, BFLOAT16 -> putReal((double) value, at);
      case STRING -> throw new IllegalStateException("Strings take no numbers.");
    }
  }

  /** Without a detour by double, which has 53 bits. */
  private void putDecimal(BigDecimal value, int at) throws BadValueException {
    BigInteger whole;
    try {
      whole = value.toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw noWholeNumber(value);
    }
    int bits = whole.bitLength(); // without that of the sign
    if (type == ValueType.UINT64 && whole.signum() >= 0 && bits <= Long.SIZE) {
      memory.putLong(8 * at, whole.longValue());
    } else if (type != ValueType.UINT64 && bits < Long.SIZE) {
      putWhole(whole.longValue(), at);
    } else {
      throw noWholeNumber(value);
    }
  }

  private BadValueException noWholeNumber(Object value) {
    return bad("holds " + value + ", which is no whole number that " + type + " can have");
  }

  private void putReal(double value, int at) throws BadValueException {
    switch (type) {
      case FLOAT32 -> memory.putFloat(4 * at, (float) value);
      case FLOAT64 -> memory.putDouble(8 * at, value);
      case FLOAT16 -> {
        short half = Half.toFloat16((float) value);
        putHalf(half, Half.ofFloat16(half), value, at);
      }
      case BFLOAT16 -> {
        short half = Half.toBfloat16((float) value);
        putHalf(half, Half.ofBfloat16(half), value, at);
      }
      default -> {
        if (value != Math.rint(value) || Double.isInfinite(value)) {
          throw noWholeNumber(value);
        }
        // 2^63 itself rounds into the range as a double.
        if (Math.abs(value) < 0x1p63) {
          putWhole((long) value, at);
        } else {
          putDecimal(new BigDecimal(value), at);
        }
      }
    }
  }

  private void putHalf(short half, float rounded, double value, int at) throws BadValueException {
    if (Float.isInfinite(rounded) && !Double.isInfinite(value)) {
      throw bad("holds " + value + ", which " + type + " does not reach");
    }
    memory.putShort(2 * at, half);
  }

  private long within(long value, long least, long most) throws BadValueException {
    if (value < least || value > most) {
      throw bad("holds " + value + ", but " + type + " goes from " + least + " to " + most);
    }
    return value;
  }

  private void reserve(int elements) {
    if (type == ValueType.STRING) {
      return;
    }
    long bytes = (long) elements * type.bytes();
    if (bytes <= memory.capacity()) {
      return;
    }
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "A block of column '%s' takes %d bytes, more than one value can have. Score fewer rows at once: setBatchRows."
              .formatted(input.column(), bytes));
    }
    long capacity = Math.min(MOST_BYTES, Math.max(FIRST_BYTES, 2 * bytes));
    // Engines read in place what lies at a multiple of 64 bytes, and copy the rest.
    ByteBuffer larger =
        ByteBuffer.allocateDirect((int) capacity + 2 * ALIGNMENT)
            .alignedSlice(ALIGNMENT)
            .order(ByteOrder.nativeOrder());
    larger.put(0, memory, 0, memory.capacity());
    memory = larger;
    floats = memory.asFloatBuffer();
  }

  /** The shape of a row of so many elements, as the model sees it. */
  private long[] shape(int size) throws BadValueException {
    if (fixedShape != null && size == fixedSize && (depth <= 1 || isObserved(fixedShape))) {
      return fixedShape;
    }
    long[] shape = depth <= 1 ? spread(size) : observed.clone();
    List<Long> expected = input.rowShape();
    boolean fits = expected == null || expected.size() == shape.length;
    for (int i = 0; fits && expected != null && i < shape.length; i++) {
      fits = expected.get(i) < 0 || expected.get(i) == shape[i];
    }
    if (!fits) {
      throw bad(
          "has shape "
              + Arrays.toString(observed)
              + ", but input '"
              + input.input()
              + "' takes "
              + input.shapeText()
              + " per row");
    }
    return rows > 0 && Arrays.equals(shapes[rows - 1], shape) ? shapes[rows - 1] : shape;
  }

  private boolean isObserved(long[] shape) {
    return Arrays.equals(observed, shape);
  }

  /** The shape of elements in one array: its only free dimension is what they leave for it. */
  private long[] spread(int size) {
    List<Long> expected = input.rowShape();
    if (expected == null) {
      return observed.clone();
    }
    long known = 1;
    for (long each : expected) {
      known *= each < 0 ? 1 : each;
    }
    long left = known == 0 ? 0 : size / known;
    long[] shape = expected.stream().mapToLong(each -> each < 0 ? left : each).toArray();
    return TensorValue.elements(shape) == size ? shape : observed.clone();
  }

  /** The shape of a row. */
  public long[] shapeOf(int row) {
    return shapes[row];
  }

  /** The smallest shape that holds each of these rows, which have equally many dimensions. */
  long[] longest(int[] places) {
    long[] longest = shapes[places[0]].clone();
    for (int place : places) {
      for (int axis = 0; axis < longest.length; axis++) {
        longest[axis] = Math.max(longest[axis], shapes[place][axis]);
      }
    }
    return longest;
  }

  /** Bytes of one of these rows, padded. */
  long longestBytes(int[] places) {
    return Math.max(1, type.bytes()) * TensorValue.elements(longest(places));
  }

  private boolean areAll(int[] places, long[] shape) {
    return Arrays.stream(places).allMatch(place -> Arrays.equals(shapes[place], shape));
  }

  /**
   * Rows as one value; of one shape, unless they are padded.
   *
   * @param places of the rows, in ascending order
   * @param hasRowAxis whether the value has a dimension for rows; otherwise there is one row
   * @param length of that dimension, at least the number of rows: the last is repeated
   */
  public TensorValue value(int[] places, boolean hasRowAxis, int length) {
    long[] row = isPadded() ? longest(places) : shapes[places[0]];
    long[] shape = row;
    if (hasRowAxis) {
      shape = new long[row.length + 1];
      shape[0] = length;
      System.arraycopy(row, 0, shape, 1, row.length);
    }
    if (isPadded() && !areAll(places, row)) {
      return type == ValueType.STRING
          ? paddedStrings(places, length, row, shape)
          : paddedNumbers(places, length, row, shape);
    }
    return type == ValueType.STRING
        ? stringsOf(places, length, shape)
        : numbersOf(places, length, shape);
  }

  private TensorValue paddedStrings(int[] places, int length, long[] row, long[] shape) {
    int size = Math.toIntExact(TensorValue.elements(row));
    byte[][] values = new byte[Math.multiplyExact(size, length)][];
    Arrays.fill(values, padding);
    for (int i = 0; i < length; i++) {
      int place = places[Math.min(i, places.length - 1)];
      int source = begin(place);
      int target = i * size;
      new PaddedRow(shapes[place], row)
          .forEachRun(
              (from, to, count) -> {
                for (int k = 0; k < count; k++) {
                  values[target + to + k] = strings.get(source + from + k);
                }
              });
    }
    return TensorValue.ofBinary(Arrays.asList(values), shape);
  }

  private TensorValue paddedNumbers(int[] places, int length, long[] row, long[] shape) {
    int size = Math.toIntExact(TensorValue.elements(row));
    ByteBuffer values = allPadding(Math.multiplyExact(size, length));
    int bytes = type.bytes();
    for (int i = 0; i < length; i++) {
      int place = places[Math.min(i, places.length - 1)];
      int source = begin(place);
      int target = i * size;
      new PaddedRow(shapes[place], row)
          .forEachRun(
              (from, to, count) ->
                  values.put(
                      (target + to) * bytes, memory, (source + from) * bytes, count * bytes));
    }
    return TensorValue.of(type, values, shape);
  }

  private ByteBuffer allPadding(int elements) {
    ByteBuffer values =
        ByteBuffer.allocateDirect(Math.multiplyExact(elements, type.bytes()) + 2 * ALIGNMENT)
            .alignedSlice(ALIGNMENT)
            .limit(elements * type.bytes());
    boolean isZero = true;
    for (byte each : padding) {
      isZero &= each == 0;
    }
    for (int i = 0; i < elements && !isZero; i++) {
      values.put(i * padding.length, padding);
    }
    return values;
  }

  private TensorValue stringsOf(int[] places, int length, long[] shape) {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int place = places[Math.min(i, places.length - 1)];
      values.addAll(strings.subList(begin(place), ends[place]));
    }
    return TensorValue.ofBinary(values, shape);
  }

  private TensorValue numbersOf(int[] places, int length, long[] shape) {
    int first = places[0];
    int last = places[places.length - 1];
    int from = begin(first) * type.bytes();
    if (places.length == length && last - first + 1 == length) {
      // All rows from the first to the last: they are read where they lie.
      ByteBuffer part = memory.slice(from, ends[last] * type.bytes() - from);
      return TensorValue.of(type, part, shape);
    }
    int rowBytes = ends[first] * type.bytes() - from;
    ByteBuffer gathered = ByteBuffer.allocateDirect(Math.multiplyExact(rowBytes, length));
    for (int i = 0; i < length; i++) {
      int place = places[Math.min(i, places.length - 1)];
      gathered.put(i * rowBytes, memory, begin(place) * type.bytes(), rowBytes);
    }
    return TensorValue.of(type, gathered, shape);
  }

  private int begin(int row) {
    return row == 0 ? 0 : ends[row - 1];
  }

  private BadValueException bad(String what) {
    return new BadValueException("Column '" + input.column() + "' " + what + ".");
  }
}
