package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Whatever stands there: whoever takes it says what it must be. */
public record Anything() implements Rule {

  @Override
  public String expected() {
    return "something";
  }

  @Override
  public boolean suits(JsonNode value) {
    return true;
  }

  @Override
  public void check(Place place, Mistakes mistakes) {}

  @Override
  public ObjectNode schema(Definitions definitions) {
    return JsonNodeFactory.instance.objectNode();
  }
}
