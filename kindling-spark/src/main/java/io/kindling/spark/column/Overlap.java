package io.kindling.spark.column;

import io.kindling.spark.input.LengthPolicy;

/**
 * Which elements of an array stand where in a tensor's axis of another length.
 *
 * @param from the first element that stands there
 * @param to where it stands
 * @param count how many do
 */
record Overlap(int from, int to, int count) {

  /** Where an array of {@code elements} stands in {@code length}; null where it must not. */
  static Overlap of(LengthPolicy policy, int elements, int length) {
    if (elements == length) {
      return new Overlap(0, 0, length);
    }
    int count = Math.min(elements, length);
    return switch (policy) {
      case FAIL -> null;
      case PAD_END -> new Overlap(0, 0, count);
      case PAD_START -> new Overlap(elements - count, length - count, count);
    };
  }
}
