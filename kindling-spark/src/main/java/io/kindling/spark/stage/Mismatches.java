package io.kindling.spark.stage;

import java.util.ArrayList;
import java.util.List;

/** Several checks, all of whose complaints are heard. */
final class Mismatches {

  private Mismatches() {}

  /**
   * Runs every check.
   *
   * @throws IllegalArgumentException with the messages of all checks that throw one
   */
  static void refuseAny(Runnable... checks) {
    List<IllegalArgumentException> found = new ArrayList<>();
    for (Runnable check : checks) {
      try {
        check.run();
      } catch (IllegalArgumentException e) {
        found.add(e);
      }
    }
    if (found.size() == 1) {
      throw found.get(0);
    }
    if (!found.isEmpty()) {
      throw new IllegalArgumentException(
          String.join("\n", found.stream().map(Throwable::getMessage).toList()), found.get(0));
    }
  }
}
