package io.kindling.keras;

import io.kindling.predict.Finding;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a file has that we do not: gathered, so that a user learns all of it at once. */
final class Findings {

  /** So many are told; a model with more is not mended one by one. */
  private static final int MOST_TOLD = 30;

  private final Path file;
  private final Set<Finding> found = new LinkedHashSet<>();

  Findings(Path file) {
    this.file = file;
  }

  /** Of a layer, an option, or an operation. */
  void add(String text) {
    add(Finding.Kind.OPERATION, text);
  }

  void add(Finding.Kind kind, String text) {
    found.add(new Finding(kind, text));
  }

  boolean isEmpty() {
    return found.isEmpty();
  }

  List<Finding> all() {
    return List.copyOf(found);
  }

  /** Refuses the file if there is anything. */
  void throwIfAny() {
    if (found.isEmpty()) {
      return;
    }
    String told =
        found.stream().limit(MOST_TOLD).map(Finding::text).collect(Collectors.joining("; "));
    String more = found.size() > MOST_TOLD ? "; and " + (found.size() - MOST_TOLD) + " more" : "";
    throw new IllegalArgumentException(
        "Unsupported Keras model in " + file + ": " + told + more + ".");
  }
}
