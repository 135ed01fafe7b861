package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A text. Numbers and truth values may stand for it, because YAML takes a path or a reader's option
 * such as {@code 1} or {@code true} for one.
 *
 * @param what it is, as "a path"
 */
public record Text(String what) implements Rule {

  @Override
  public String expected() {
    return what;
  }

  @Override
  public boolean suits(JsonNode value) {
    return value.isValueNode();
  }

  @Override
  public void check(Place place, Mistakes mistakes) {
    if (!place.value().isValueNode() || place.value().asText().isBlank()) {
      refuse(place, mistakes);
    }
  }

  @Override
  public ObjectNode schema(Definitions definitions) {
    ObjectNode schema = Definitions.type("string").put("pattern", "\\S");
    schema.putArray("type").add("string").add("number").add("boolean");
    return schema;
  }
}
