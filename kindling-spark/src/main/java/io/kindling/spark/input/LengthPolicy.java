package io.kindling.spark.input;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What becomes of an array, or an array inside an array, that is shorter or longer than the
 * network's input.
 */
public enum LengthPolicy {
  /** It is an error that names the row. */
  FAIL,
  /** Zeros are put behind it; of a longer one the end is left out. */
  PAD_END,
  /** Zeros are put before it; of a longer one the beginning is left out. */
  PAD_START;

  /** The policy of its name in lower case. */
  public static LengthPolicy named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
