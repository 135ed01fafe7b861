package io.kindling.network;

/**
 * 1 where the column of another input has a number, 0 where it has none: where it is null, or an
 * array is shorter than the input.
 *
 * @param of the name of the other input, whose shape this one has
 */
public record Presence(String of) implements Encoding {

  @Override
  public String toString() {
    return "Presence[of '" + of + "']";
  }
}
