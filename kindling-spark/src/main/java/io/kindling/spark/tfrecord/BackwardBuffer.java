package io.kindling.spark.tfrecord;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Bytes of a message, written from its end to its beginning: what is put stands before what was put
 * earlier. So a message's length is known when it is to be written, and nothing is measured before.
 * Belongs to one thread.
 */
final class BackwardBuffer {

  private static final int MOST_BYTES = Integer.MAX_VALUE - 8;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[8 << 10];
  private int at = bytes.length;

  void clear() {
    at = bytes.length;
  }

  /** The bytes that were put, from {@link #start} to the end of the array. */
  byte[] bytes() {
    return bytes;
  }

  int start() {
    return at;
  }

  int size() {
    return bytes.length - at;
  }

  /** Puts tag and length before all that was put since the buffer had {@code before} bytes. */
  void putHead(int tag, int before) {
    putVarint(size() - before);
    putVarint(tag);
  }

  void putVarint(long value) {
    if ((value & ~0x7fL) == 0) {
      makeRoom(1);
      bytes[--at] = (byte) value;
      return;
    }
    int count = (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7;
    makeRoom(count);
    at -= count;
    long left = value;
    for (int i = 0; i < count - 1; i++) {
      bytes[at + i] = (byte) (left | 0x80);
      left >>>= 7;
    }
    bytes[at + count - 1] = (byte) left;
  }

  void putInt(int value) {
    makeRoom(Integer.BYTES);
    at -= Integer.BYTES;
    INT.set(bytes, at, value);
  }

  void putLong(long value) {
    makeRoom(Long.BYTES);
    at -= Long.BYTES;
    LONG.set(bytes, at, value);
  }

  void putFloat(float value) {
    putInt(Float.floatToRawIntBits(value));
  }

  void putBytes(byte[] source) {
    putMemory(source, Platform.BYTE_ARRAY_OFFSET, source.length);
  }

  void putText(UTF8String text) {
    int count = text.numBytes();
    makeRoom(count);
    at -= count;
    text.writeToMemory(bytes, (long) Platform.BYTE_ARRAY_OFFSET + at);
  }

  /** Puts bytes as {@link Platform} addresses them. */
  void putMemory(Object base, long offset, int count) {
    makeRoom(count);
    at -= count;
    Platform.copyMemory(base, offset, bytes, (long) Platform.BYTE_ARRAY_OFFSET + at, count);
  }

  /** Replaces the last four bytes. */
  void setLastInt(int value) {
    INT.set(bytes, bytes.length - Integer.BYTES, value);
  }

  private void makeRoom(int count) {
    if (at < count) {
      int size = size();
      long needed = (long) size + count;
      if (needed > MOST_BYTES) {
        throw new IllegalArgumentException(
            "A row takes more than %d bytes, which are the most of a record."
                .formatted(MOST_BYTES));
      }
      byte[] larger = new byte[(int) Math.min(MOST_BYTES, Math.max(needed, 2L * bytes.length))];
      System.arraycopy(bytes, at, larger, larger.length - size, size);
      bytes = larger;
      at = larger.length - size;
    }
  }
}
