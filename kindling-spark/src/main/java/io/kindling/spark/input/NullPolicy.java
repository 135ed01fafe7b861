package io.kindling.spark.input;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What becomes of a null in a column that a network reads: of a null value, and of null elements of
 * arrays. Where a column holds texts, a null is no text, and only {@link #DROP} makes a difference.
 */
public enum NullPolicy {
  /** It is an error that names the row. */
  FAIL,
  /** The row is left out: of training, and of what is scored. */
  DROP,
  /** It counts as 0. */
  ZERO,
  /**
   * It counts as 0, and the network is told so, by an input that is {@link
   * io.kindling.network.Input#presenceOf} the column's.
   */
  MASK;

  /** Whether zeros stand for it. */
  public boolean isZero() {
    return this == ZERO || this == MASK;
  }

  /** The policy of its name in lower case. */
  public static NullPolicy named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
