package io.kindling.cli.grammar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What is wrong with a document, all of it. */
public final class Mistakes {

  private record Mistake(Place place, String sentence) {}

  private final String document;
  private final List<Mistake> all = new ArrayList<>();

  /** Of a document, named as messages name it. */
  public Mistakes(String document) {
    this.document = document;
  }

  /** Adds one, as a sentence. */
  public void add(Place place, String sentence) {
    all.add(new Mistake(place, sentence));
  }

  /**
   * Makes a value of a place, and takes an {@link IllegalArgumentException} for a mistake there;
   * empty then, and where something is wrong already.
   */
  public <T> Optional<T> attempt(Place place, Supplier<T> made) {
    if (!isFree(place)) {
      return Optional.empty();
    }
    try {
      return Optional.of(made.get());
    } catch (IllegalArgumentException e) {
      add(place, e.getMessage() + (e.getMessage().endsWith(".") ? "" : "."));
      return Optional.empty();
    }
  }

  /** Whether nothing is wrong at a place and below it. */
  public boolean isFree(Place place) {
    return all.stream().map(each -> each.place().path()).noneMatch(path -> isWithin(path, place));
  }

  private static boolean isWithin(String path, Place place) {
    String whole = place.path();
    return path.startsWith(whole)
        && (whole.isEmpty() || path.length() == whole.length() || isStep(path, whole.length()));
  }

  private static boolean isStep(String path, int at) {
    return path.charAt(at) == '.' || path.charAt(at) == '[';
  }

  /**
   * Ends the reading where something is wrong.
   *
   * @throws InvalidDocumentException with a line for each mistake, in the order of the document
   */
  public void throwIfAny() {
    if (!all.isEmpty()) {
      throw new InvalidDocumentException(
          all.stream()
              .sorted(Comparator.comparingInt(each -> each.place().line()))
              .map(this::sentence)
              .collect(Collectors.joining(System.lineSeparator())));
    }
  }

  private String sentence(Mistake mistake) {
    String path = mistake.place().path();
    return "%s line %d%s: %s"
        .formatted(
            document,
            mistake.place().line(),
            path.isEmpty() ? "" : ", " + path,
            mistake.sentence());
  }
}
