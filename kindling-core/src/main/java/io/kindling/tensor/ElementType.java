package io.kindling.tensor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What one element of a tensor is, and how many bytes it takes in memory. */
public enum ElementType {
  FLOAT32(4),
  FLOAT64(8),
  INT32(4),
  INT64(8),
  UINT8(1),
  BOOL(1);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
