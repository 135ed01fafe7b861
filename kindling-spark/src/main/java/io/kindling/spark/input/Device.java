package io.kindling.spark.input;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a network computes on. */
public enum Device {
  /** The executors' processors; GPUs are left alone. */
  CPU,
  /** The GPUs that Spark's resource scheduling gives to tasks; it is an error if it gives none. */
  GPU;

  /** The device of its name in lower case. */
  public static Device named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** In lower case. */
  public static List<String> names() {
    return Arrays.stream(values()).map(Device::toString).toList();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
