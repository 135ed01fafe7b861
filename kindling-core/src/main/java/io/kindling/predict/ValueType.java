package io.kindling.predict;

import java.util.Locale;

/**
 * What one element of a {@link TensorValue} is. Models made elsewhere know more kinds of elements
 * than our networks, whose {@link io.kindling.tensor.ElementType} is part of their saved text.
 */
public enum ValueType {
  FLOAT16(2),
  /** The upper half of a {@code float32}. */
  BFLOAT16(2),
  FLOAT32(4),
  FLOAT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  BOOL(1),
  /** Bytes of any length; where they are text, it is UTF-8. */
  STRING(0);

  private final int bytes;

  ValueType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element; 0 where elements differ in length. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are numbers with fractions. */
  public boolean isFloatingPoint() {
    return this == FLOAT16 || this == BFLOAT16 || this == FLOAT32 || this == FLOAT64;
  }

  /** Whether every element takes as many bytes as any other. */
  public boolean isFixedSize() {
    return bytes > 0;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
