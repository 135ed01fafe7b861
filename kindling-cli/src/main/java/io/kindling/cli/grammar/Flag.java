package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** True or false. */
public record Flag() implements Rule {

  @Override
  public String expected() {
    return "true or false";
  }

  @Override
  public boolean suits(JsonNode value) {
    return value.isBoolean();
  }

  @Override
  public void check(Place place, Mistakes mistakes) {
    if (!place.value().isBoolean()) {
      refuse(place, mistakes);
    }
  }

  @Override
  public ObjectNode schema(Definitions definitions) {
    return Definitions.type("boolean");
  }
}
