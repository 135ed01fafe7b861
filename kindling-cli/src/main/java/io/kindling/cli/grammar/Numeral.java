package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A number between two others.
 *
 * @param what it is, as "a whole number of 1 or more"
 * @param low the least allowed
 * @param high the first that is too large
 */
public record Numeral(String what, boolean isWhole, double low, double high) implements Rule {

  /** Any number. */
  public static final Numeral ANY =
      new Numeral("a number", false, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Any whole number that an {@code int} holds. */
  public static final Numeral WHOLE =
      new Numeral("a whole number", true, Integer.MIN_VALUE, 1.0 + Integer.MAX_VALUE);

  /** Any whole number that a {@code long} holds. */
  public static final Numeral LONG = new Numeral("a whole number", true, Long.MIN_VALUE, 0x1p63);

  /** A whole number from {@code low} on. */
  public static Numeral from(int low) {
    return new Numeral("a whole number of " + low + " or more", true, low, 1.0 + Integer.MAX_VALUE);
  }

  /** A share: 0 or more, below 1. */
  public static Numeral share() {
    return new Numeral("a number of 0 or more and below 1", false, 0, 1);
  }

  @Override
  public String expected() {
    return what;
  }

  @Override
  public boolean suits(JsonNode value) {
    return value.isNumber();
  }

  @Override
  public void check(Place place, Mistakes mistakes) {
    JsonNode value = place.value();
    if (!value.isNumber()
        || (isWhole && !value.isIntegralNumber())
        || !(value.asDouble() >= low && value.asDouble() < high)) {
      refuse(place, mistakes);
    }
  }

  @Override
  public ObjectNode schema(Definitions definitions) {
    ObjectNode schema = Definitions.type(isWhole ? "integer" : "number");
    if (low > Integer.MIN_VALUE) {
      put(schema, "minimum", low);
    }
    if (high <= Integer.MAX_VALUE) {
      put(schema, "exclusiveMaximum", high);
    }
    return schema;
  }

  private static void put(ObjectNode schema, String field, double bound) {
    if (bound == Math.rint(bound)) {
      schema.put(field, (long) bound);
    } else {
      schema.put(field, bound);
    }
  }
}
