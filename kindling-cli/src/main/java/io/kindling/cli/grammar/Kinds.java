package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * A value of one of many kinds: {@code kind: {setting: value}}, or the kind's name alone where
 * nothing has to be set.
 *
 * @param what such a value is, as "layer"
 * @param kinds their settings by name
 */
public record Kinds(String what, Map<String, Fields> kinds) implements Rule {

  public Kinds {
    kinds = new TreeMap<>(kinds);
  }

  /** The kind a value names; empty where it names none. */
  public static String name(JsonNode value) {
    if (value.isTextual()) {
      return value.asText();
    }
    return value.isObject() && value.size() == 1 ? value.fieldNames().next() : "";
  }

  /** Where a value's settings stand, if it has some. */
  public static Place settings(Place place) {
    return place.field(name(place.value()));
  }

  @Override
  public String expected() {
    return "one " + what + ", as {" + what + ": {setting: value}}";
  }

  @Override
  public boolean suits(JsonNode value) {
    return value.isTextual() || value.isObject();
  }

  @Override
  public void check(Place place, Mistakes mistakes) {
    String name = name(place.value());
    Fields settings = kinds.get(name);
    if (name.isEmpty() || (settings == null && kinds.size() == 1)) {
      refuse(place, mistakes);
    } else if (settings == null) {
      mistakes.add(
          place,
          "'%s' is no %s.%s There are %s."
              .formatted(
                  name,
                  what,
                  Nearest.question(name, kinds.keySet()),
                  String.join(", ", kinds.keySet())));
    } else if (settings(place).isGiven()) {
      settings.check(settings(place), mistakes);
    } else {
      settings.checkMissing(settings(place), mistakes);
    }
  }

  @Override
  public ObjectNode schema(Definitions definitions) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode any = schema.putArray("anyOf");
    ArrayNode alone = any.addObject().putArray("enum");
    ObjectNode written = any.addObject().put("type", "object");
    ObjectNode properties = written.putObject("properties");
    written.put("minProperties", 1).put("maxProperties", 1).put("additionalProperties", false);
    kinds.forEach(
        (name, settings) -> {
          boolean hasDefaults = settings.fields().values().stream().noneMatch(Field::isRequired);
          ObjectNode own = settings.schema(definitions);
          if (hasDefaults) {
            alone.add(name);
            own.putArray("type").add("object").add("null");
          }
          properties.set(name, own);
        });
    return schema;
  }
}
