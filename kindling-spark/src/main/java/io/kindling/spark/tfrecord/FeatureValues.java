package io.kindling.spark.tfrecord;

import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * The values of one {@code Feature}, read again for each: {@code oneof} of
 *
 * <pre>
 *   BytesList { repeated bytes value = 1 }
 *   FloatList { repeated float value = 1 [packed] }
 *   Int64List { repeated int64 value = 1 [packed] }
 * </pre>
 *
 * <p>Numbers may stand one by one as well, and in several pieces. Holds at most a few times the
 * bytes of the feature. Belongs to one thread.
 */
final class FeatureValues {

  private static final int PACKED = 1 << 3 | WireCursor.LENGTH; // and one element of BytesList
  private static final int ONE_FLOAT = 1 << 3 | WireCursor.FIXED32;
  private static final int ONE_INT64 = 1 << 3 | WireCursor.VARINT;
  private static final boolean IS_LITTLE_ENDIAN =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private FeatureKind kind;
  private int count;
  private long[] longs = new long[16];
  private float[] floats = new float[16];
  private int[] starts = new int[16];
  private int[] lengths = new int[16];
  private byte[] bytes;

  /** Reads the rest of the message that {@code cursor} is in. */
  void read(WireCursor cursor) throws CorruptRecordException {
    kind = null;
    count = 0;
    bytes = cursor.bytes();
    while (cursor.hasMore()) {
      int tag = cursor.tag();
      FeatureKind list = kindOf(tag);
      if (list == null) {
        cursor.skip(tag);
        continue;
      }
      if (list != kind) {
        count = 0;
        kind = list;
      }
      int outer = cursor.enter();
      while (cursor.hasMore()) {
        readValues(cursor, cursor.tag());
      }
      cursor.leave(outer);
    }
  }

  private static FeatureKind kindOf(int tag) {
    if (tag == FeatureKind.FLOAT.tag) {
      return FeatureKind.FLOAT;
    } else if (tag == FeatureKind.INT64.tag) {
      return FeatureKind.INT64;
    }
    return tag == FeatureKind.BYTES.tag ? FeatureKind.BYTES : null;
  }

  private void readValues(WireCursor cursor, int tag) throws CorruptRecordException {
    if (kind == FeatureKind.BYTES && tag == PACKED) {
      addBytes(cursor);
    } else if (kind == FeatureKind.FLOAT && tag == PACKED) {
      addFloats(cursor);
    } else if (kind == FeatureKind.FLOAT && tag == ONE_FLOAT) {
      makeRoomForFloats(1);
      floats[count++] = cursor.fixed32();
    } else if (kind == FeatureKind.INT64 && tag == PACKED) {
      int outer = cursor.enter();
      while (cursor.hasMore()) {
        addLong(cursor.varint());
      }
      cursor.leave(outer);
    } else if (kind == FeatureKind.INT64 && tag == ONE_INT64) {
      addLong(cursor.varint());
    } else {
      cursor.skip(tag);
    }
  }

  private void addBytes(WireCursor cursor) throws CorruptRecordException {
    int length = cursor.length();
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
    }
    starts[count] = cursor.at();
    lengths[count++] = length;
    cursor.advance(length);
  }

  private void addFloats(WireCursor cursor) throws CorruptRecordException {
    int outer = cursor.enter();
    int size = cursor.end() - cursor.at();
    if (size % Float.BYTES != 0) {
      throw CorruptRecordException.ofRecord("it has a list of floats of %d bytes".formatted(size));
    }
    int added = size / Float.BYTES;
    makeRoomForFloats(added);
    if (IS_LITTLE_ENDIAN) {
      Platform.copyMemory(
          bytes,
          (long) Platform.BYTE_ARRAY_OFFSET + cursor.at(),
          floats,
          Platform.FLOAT_ARRAY_OFFSET + 4L * count,
          size);
      count += added;
    } else {
      for (int i = 0; i < added; i++) {
        floats[count++] = cursor.fixed32();
      }
    }
    cursor.leave(outer);
  }

  private void makeRoomForFloats(int added) {
    if (floats.length - count < added) {
      floats = Arrays.copyOf(floats, Math.max(2 * count, count + added));
    }
  }

  private void addLong(long value) {
    if (count == longs.length) {
      longs = Arrays.copyOf(longs, 2 * count);
    }
    longs[count++] = value;
  }

  /** The list the feature holds; null where it holds none. */
  FeatureKind kind() {
    return kind;
  }

  int count() {
    return count;
  }

  /** The numbers of a list of int64, {@link #count} of them; valid until the next feature. */
  long[] longs() {
    return longs;
  }

  /** The numbers of a list of floats, {@link #count} of them; valid until the next feature. */
  float[] floats() {
    return floats;
  }

  /** The record in which a list of bytes lies. */
  byte[] bytes() {
    return bytes;
  }

  int start(int i) {
    return starts[i];
  }

  int length(int i) {
    return lengths[i];
  }

  boolean isText(int i) {
    return UTF8String.fromBytes(bytes, starts[i], lengths[i]).isValid();
  }
}
