package io.kindling.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The place of a text in a list: 2 for the first, 3 for the second; 1 for all that are not in it.
 *
 * @param words all different
 */
public record Lookup(List<String> words) implements TextEncoding {

  /** What a text becomes that is not in the list. */
  public static final int UNKNOWN = 1;

  private static final int FIRST = 2;

  public Lookup {
    words = List.copyOf(words);
    if (words.isEmpty() || words.stream().distinct().count() != words.size()) {
      throw new IllegalArgumentException(
          "Invalid list of "
              + words.size()
              + " words to look up, "
              + words.stream().distinct().count()
              + " of them different. State one at least, and each once.");
    }
  }

  public static Lookup of(String... words) {
    return new Lookup(List.of(words));
  }

  /** Of whole numbers. */
  public static Lookup of(List<Long> numbers) {
    return new Lookup(numbers.stream().map(String::valueOf).toList());
  }

  @Override
  public int size() {
    return FIRST + words.size();
  }

  @Override
  public Encoder newEncoder() {
    Map<String, Integer> places = new HashMap<>();
    words.forEach(word -> places.put(word, FIRST + places.size()));
    return text -> places.getOrDefault(text, UNKNOWN);
  }

  @Override
  public String toString() {
    return "Lookup[" + words.size() + " words]";
  }
}
