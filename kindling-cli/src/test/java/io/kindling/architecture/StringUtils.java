package io.kindling.architecture;

/** Breaks a rule on purpose: a class without an owner for what it does. */
final class StringUtils {
  private StringUtils() {}
}
