package io.kindling.spark.tfrecord;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A place in a protobuf message and the message's end. Unlike the core's {@code WireMessage}, which
 * reads files of models, it makes no object per message, as there are some in each feature of each
 * record; and it can be set back. Belongs to one thread.
 */
final class WireCursor {

  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[0];
  private int at;
  private int end;

  /** Begins a message. */
  void over(byte[] message, int start, int length) {
    bytes = message;
    at = start;
    end = start + length;
  }

  /** Where this stands in {@link #bytes}. */
  int at() {
    return at;
  }

  /** Where the message ends. */
  int end() {
    return end;
  }

  byte[] bytes() {
    return bytes;
  }

  boolean hasMore() {
    return at < end;
  }

  /** The number and type of the next field: {@code number << 3 | type}. */
  int tag() throws CorruptRecordException {
    long tag = varint();
    if (tag <= 7 || tag > 0xffffffffL) {
      throw damaged("has a field numbered %d".formatted(tag >>> 3));
    }
    return (int) tag;
  }

  long varint() throws CorruptRecordException {
    if (at < end && bytes[at] >= 0) {
      return bytes[at++];
    }
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw damaged("ends within a number");
      }
      byte part = bytes[at++];
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw damaged("has a number of more than ten bytes");
  }

  float fixed32() throws CorruptRecordException {
    require(Integer.BYTES);
    float value = Float.intBitsToFloat((int) INT.get(bytes, at));
    at += Integer.BYTES;
    return value;
  }

  /** The length of the field that follows; it lies within the message. */
  int length() throws CorruptRecordException {
    long length = varint();
    require(length);
    return (int) length;
  }

  private void require(long length) throws CorruptRecordException {
    if (length < 0 || length > end - at) {
      throw damaged(
          "declares a field of %s bytes where %d are left"
              .formatted(Long.toUnsignedString(length), end - at));
    }
  }

  /** Enters the message that follows; what {@link #leave} takes. */
  int enter() throws CorruptRecordException {
    int length = length();
    int outer = end;
    end = at + length;
    return outer;
  }

  /** Goes behind the message that was entered. */
  void leave(int outer) {
    at = end;
    end = outer;
  }

  /** Looks at a part of the message that this stands behind or before; {@link #leave} follows. */
  void narrow(int start, int stop) {
    at = start;
    end = stop;
  }

  void advance(int count) {
    at += count;
  }

  void skip(int tag) throws CorruptRecordException {
    switch (tag & 7) {
      case VARINT -> varint();
      case LENGTH -> advance(length());
      case FIXED32 -> skipFixed(Integer.BYTES);
      case FIXED64 -> skipFixed(Long.BYTES);
      default -> throw damaged("has a field of wire type %d".formatted(tag & 7));
    }
  }

  private void skipFixed(int size) throws CorruptRecordException {
    require(size);
    at += size;
  }

  private static CorruptRecordException damaged(String what) {
    return CorruptRecordException.ofRecord("it is no message of protobuf: it " + what);
  }
}
