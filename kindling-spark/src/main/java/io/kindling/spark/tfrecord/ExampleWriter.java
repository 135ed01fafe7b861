package io.kindling.spark.tfrecord;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.Platform;

/**
 * Writes rows as {@code Example} or {@code SequenceExample}, features in the order of columns. A
 * null is a feature that is left out, an empty array one with an empty list.
 */
final class ExampleWriter implements RowWriter {

  private static final int FIRST = ExampleWalk.FIRST;
  private static final int SECOND = 2 << 3 | WireCursor.LENGTH;
  private static final boolean IS_LITTLE_ENDIAN =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private final List<Source> features = new ArrayList<>();
  private final List<Source> lists = new ArrayList<>();

  /** A column and its place. */
  private record Source(FeatureColumn column, byte[] name, int ordinal) {}

  /**
   * @param schema of the rows
   */
  ExampleWriter(StructType schema, RecordType recordType) {
    for (FeatureColumn column : FeatureColumn.of(schema, recordType)) {
      byte[] name = column.name().getBytes(StandardCharsets.UTF_8);
      Source source = new Source(column, name, features.size() + lists.size());
      (column.depth() < 2 ? features : lists).add(source);
    }
  }

  @Override
  public void write(InternalRow row, BackwardBuffer to) {
    if (!lists.isEmpty()) {
      putEntries(lists, row, to, SECOND);
    }
    putEntries(features, row, to, FIRST);
  }

  private static void putEntries(
      List<Source> sources, InternalRow row, BackwardBuffer to, int tag) {
    int before = to.size();
    for (int i = sources.size() - 1; i >= 0; i--) {
      Source source = sources.get(i);
      if (!row.isNullAt(source.ordinal)) {
        putEntry(source, row, to);
      }
    }
    to.putHead(tag, before);
  }

  private static void putEntry(Source source, InternalRow row, BackwardBuffer to) {
    int before = to.size();
    try {
      putColumn(source.column, row, source.ordinal, to);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Column '%s' of type %s %s. Correct it, or filter such rows out."
              .formatted(
                  source.column.name(), source.column.type().catalogString(), e.getMessage()),
          e);
    }
    to.putHead(SECOND, before);
    int beforeName = to.size();
    to.putBytes(source.name);
    to.putHead(FIRST, beforeName);
    to.putHead(FIRST, before);
  }

  private static void putColumn(
      FeatureColumn column, InternalRow row, int ordinal, BackwardBuffer to) {
    Element element = column.element();
    switch (column.depth()) {
      case 0 -> putValue(element, row, ordinal, to);
      case 1 -> putValues(element, row.getArray(ordinal), to);
      default -> putFeatureList(element, row.getArray(ordinal), to);
    }
  }

  private static void putFeatureList(Element element, ArrayData features, BackwardBuffer to) {
    for (int i = features.numElements() - 1; i >= 0; i--) {
      int before = to.size();
      if (!features.isNullAt(i)) {
        putValues(element, features.getArray(i), to);
      }
      to.putHead(FIRST, before);
    }
  }

  private static void putValue(
      Element element, SpecializedGetters from, int ordinal, BackwardBuffer to) {
    int before = to.size();
    element.write(from, ordinal, to);
    putListHeads(element, before, to);
  }

  private static void putValues(Element element, ArrayData values, BackwardBuffer to) {
    int before = to.size();
    int count = values.numElements();
    requireNoNull(values, count);
    if (element == Element.FLOAT && IS_LITTLE_ENDIAN && values instanceof UnsafeArrayData floats) {
      to.putMemory(
          floats.getBaseObject(),
          floats.getBaseOffset() + UnsafeArrayData.calculateHeaderPortionInBytes((long) count),
          Math.multiplyExact(count, Float.BYTES));
    } else {
      for (int i = count - 1; i >= 0; i--) {
        element.write(values, i, to);
      }
    }
    putListHeads(element, before, to);
  }

  /** Numbers are packed, so that they have a head of their own. */
  private static void putListHeads(Element element, int before, BackwardBuffer to) {
    if (element.kind != FeatureKind.BYTES && to.size() > before) {
      to.putHead(FIRST, before);
    }
    to.putHead(element.kind.tag, before);
  }

  private static void requireNoNull(ArrayData values, int count) {
    if (values instanceof UnsafeArrayData unsafe && !hasNullBits(unsafe, count)) {
      return;
    }
    for (int i = 0; i < count; i++) {
      if (values.isNullAt(i)) {
        throw new IllegalArgumentException(
            "holds null at place %d, which no list holds".formatted(i));
      }
    }
  }

  /** Looks at 64 places at once: most arrays have none. */
  private static boolean hasNullBits(UnsafeArrayData values, int count) {
    for (long word = 0; word < (count + 63L) / 64; word++) {
      if (Platform.getLong(values.getBaseObject(), values.getBaseOffset() + 8 + 8 * word) != 0) {
        return true;
      }
    }
    return false;
  }
}
