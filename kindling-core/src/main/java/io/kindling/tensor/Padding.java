package io.kindling.tensor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a window does at the border. */
public enum Padding {
  /** Windows lie inside: ⌈(size − window + 1) / stride⌉ places. */
  VALID,
  /** Zeros around, as many as give ⌈size / stride⌉ places; the odd one stands behind. */
  SAME;

  int places(int size, int window, int stride) {
    return switch (this) {
      case VALID -> (size - window + stride) / stride;
      case SAME -> (size + stride - 1) / stride;
    };
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
