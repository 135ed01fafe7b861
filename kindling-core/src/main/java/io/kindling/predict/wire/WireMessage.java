package io.kindling.predict.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kindling.predict.Finding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/**
 * The fields of one protobuf message, one after another:
 *
 * <pre>{@code
 * while (message.next()) {
 *   switch (message.field()) {
 *     case 1 -> name = message.text();
 *     case 2 -> read(message.message());
 *     default -> {}
 *   }
 * }
 * }</pre>
 *
 * <p>A field that is not read is skipped. Every length is compared with the bytes that are left
 * before it is used. Looks at its buffer and copies nothing but what is asked for. For one thread.
 */
public final class WireMessage {

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;
  private static final int MOST_FIELD = (1 << 29) - 1;

  private final ByteBuffer bytes;
  private final WireBudget budget;
  private final String name;
  private final int depth;
  private int fieldStart;
  private int field;
  private int wireType;

  /** Where a field of a length lies, or the bits of one of fixed size. */
  private int start;

  private int length;
  private long number;

  private WireMessage(ByteBuffer bytes, WireBudget budget, String name, int depth) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.budget = budget;
    this.name = name;
    this.depth = depth;
  }

  /**
   * The outermost message.
   *
   * @param bytes the whole file, from position to limit
   * @param name for messages, such as {@code ModelProto}
   */
  public static WireMessage of(ByteBuffer bytes, WireBudget budget, String name) {
    return new WireMessage(bytes, budget, name, 1);
  }

  /**
   * Reads a file into memory that is given back with the buffer.
   *
   * @throws io.kindling.predict.RefusedModelException if it is longer than the limits allow
   */
  public static ByteBuffer read(Path file, WireBudget budget) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > budget.limits().definitionBytes()) {
        throw budget.refused(
            Finding.Kind.SIZE,
            "'%s' has %d bytes, more than %d (limit 'definitionBytes')"
                .formatted(file.getFileName(), size, budget.limits().definitionBytes()));
      }
      ByteBuffer bytes = ByteBuffer.allocateDirect((int) size);
      while (bytes.hasRemaining()) {
        if (channel.read(bytes) < 0) {
          break;
        }
      }
      return bytes.flip();
    }
  }

  /**
   * Moves to the next field; false at the end.
   *
   * @throws io.kindling.predict.RefusedModelException if what follows is no field, or longer than
   *     what is left
   */
  public boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    fieldStart = bytes.position();
    long tag = readVarint();
    long fieldNumber = tag >>> 3;
    wireType = (int) tag & 7;
    if (fieldNumber < 1 || fieldNumber > MOST_FIELD || tag < 0) {
      throw budget.refused(
          Finding.Kind.CONTENT, "%s has a field numbered %d".formatted(name, fieldNumber));
    }
    field = (int) fieldNumber;
    switch (wireType) {
      case VARINT -> number = readVarint();
      case FIXED64 -> {
        require(Long.BYTES);
        number = bytes.getLong();
      }
      case FIXED32 -> {
        require(Integer.BYTES);
        number = bytes.getInt();
      }
      case LENGTH -> {
        long declared = readVarint();
        require(declared);
        start = bytes.position();
        length = (int) declared;
        bytes.position(start + length);
      }
      default ->
          throw budget.refused(
              Finding.Kind.CONTENT,
              "field %d of %s has wire type %d, which protobuf files do not have"
                  .formatted(field, name, wireType));
    }
    return true;
  }

  private void require(long declared) {
    if (declared < 0 || declared > bytes.remaining()) {
      throw budget.refused(
          declared < 0 || declared > Integer.MAX_VALUE ? Finding.Kind.SIZE : Finding.Kind.TRUNCATED,
          "field %d of %s declares %s bytes where %d are left"
              .formatted(field, name, Long.toUnsignedString(declared), bytes.remaining()));
    }
  }

  private long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (!bytes.hasRemaining()) {
        throw budget.refused(Finding.Kind.TRUNCATED, "%s ends within a number".formatted(name));
      }
      byte part = bytes.get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw budget.refused(
        Finding.Kind.CONTENT, "%s has a number of more than ten bytes".formatted(name));
  }

  /** The number of the field this stands at. */
  public int field() {
    return field;
  }

  /** Whether the field holds bytes: a text, a message, packed numbers. */
  public boolean hasLength() {
    return wireType == LENGTH;
  }

  /** The number of a field that is one; a float's or double's bits where the size is fixed. */
  public long number() {
    if (wireType == LENGTH) {
      throw unexpected("a number");
    }
    return number;
  }

  /** Each number of a repeated field, packed or one by one. */
  public void numbers(LongConsumer each) {
    if (wireType != LENGTH) {
      each.accept(number);
      return;
    }
    WireMessage packed = new WireMessage(bytes(), budget, name, depth);
    while (packed.bytes.hasRemaining()) {
      each.accept(packed.readVarint());
    }
  }

  /** The bytes of the field; a view. */
  public ByteBuffer bytes() {
    if (wireType != LENGTH) {
      throw unexpected("bytes");
    }
    return bytes.slice(start, length);
  }

  /** The field as it is written, its number and length included; a view. */
  public ByteBuffer written() {
    return bytes.slice(fieldStart, bytes.position() - fieldStart);
  }

  /** How many bytes the field has. */
  public int byteCount() {
    if (wireType != LENGTH) {
      throw unexpected("bytes");
    }
    return length;
  }

  /** The field as text. */
  public String text() {
    return UTF_8.decode(bytes()).toString();
  }

  /**
   * The field as a message.
   *
   * @throws io.kindling.predict.RefusedModelException if it lies deeper than the limits allow
   */
  public WireMessage message(String itsName) {
    if (depth >= budget.limits().depth()) {
      throw budget.refused(
          Finding.Kind.DEPTH,
          "%s lies within more than %d messages (limit 'depth')"
              .formatted(itsName, budget.limits().depth()));
    }
    return new WireMessage(bytes(), budget, itsName, depth + 1);
  }

  /** What the file's messages may use up. */
  public WireBudget budget() {
    return budget;
  }

  private RuntimeException unexpected(String role) {
    return budget.refused(
        Finding.Kind.CONTENT,
        "field %d of %s has wire type %d and is no %s".formatted(field, name, wireType, role));
  }
}
