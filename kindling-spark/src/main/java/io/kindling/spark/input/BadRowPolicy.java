package io.kindling.spark.input;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What becomes of rows that a model does not take, or fails on. */
public enum BadRowPolicy {
  /** It is an error that names the row. */
  FAIL,
  /** They are left out. */
  DROP,
  /** Their new columns are null, and one more column says why. */
  MARK;

  /** The policy of its name in lower case. */
  public static BadRowPolicy named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** In lower case. */
  public static List<String> names() {
    return Arrays.stream(values()).map(BadRowPolicy::toString).toList();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
