package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** One of a few words. */
public record Choice(List<String> words) implements Rule {

  public Choice {
    words = List.copyOf(words);
  }

  @Override
  public String expected() {
    return (words.size() == 1 ? "" : "one of ") + String.join(", ", words);
  }

  @Override
  public boolean suits(JsonNode value) {
    return value.isValueNode();
  }

  @Override
  public void check(Place place, Mistakes mistakes) {
    if (!words.contains(place.value().asText())) {
      mistakes.add(
          place,
          "expected %s, found %s.%s"
              .formatted(
                  expected(), place.shown(), Nearest.question(place.value().asText(), words)));
    }
  }

  @Override
  public ObjectNode schema(Definitions definitions) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode allowed = schema.putArray("enum");
    words.forEach(allowed::add);
    return schema;
  }
}
