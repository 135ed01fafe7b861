package io.kindling.keras;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a file has that we do not: gathered, so that a user learns all of it at once. */
final class Findings {

  /** So many are told; a model with more is not mended one by one. */
  private static final int MOST_TOLD = 30;

  private final Path file;
  private final Set<String> texts = new LinkedHashSet<>();

  Findings(Path file) {
    this.file = file;
  }

  void add(String text) {
    texts.add(text);
  }

  boolean isEmpty() {
    return texts.isEmpty();
  }

  /** Refuses the file if there is anything. */
  void throwIfAny() {
    if (texts.isEmpty()) {
      return;
    }
    List<String> told = new ArrayList<>(texts);
    String more = "";
    if (told.size() > MOST_TOLD) {
      more = "; and " + (told.size() - MOST_TOLD) + " more";
      told = told.subList(0, MOST_TOLD);
    }
    throw new IllegalArgumentException(
        "Unsupported Keras model in " + file + ": " + String.join("; ", told) + more + ".");
  }
}
