package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What may stand at a place of a document. */
public sealed interface Rule
    permits Anything, Choice, Either, Fields, Flag, Items, Kinds, Numeral, Shared, Text {

  /** What is allowed, for the end of "expected …". */
  String expected();

  /** Whether a value is of the kind this rule is about, right or wrong; {@link Either} asks. */
  boolean suits(JsonNode value);

  /** Adds what is wrong at a place and below it. */
  void check(Place place, Mistakes mistakes);

  /**
   * This rule as JSON Schema.
   *
   * @param definitions takes the schemas of rules that are named
   */
  ObjectNode schema(Definitions definitions);

  /** Says that something else stands there. */
  default void refuse(Place place, Mistakes mistakes) {
    mistakes.add(place, "expected " + expected() + ", found " + place.shown() + ".");
  }
}
