package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * An object with known fields. A field that is empty counts as left out.
 *
 * @param what the object is, as "a job"
 * @param others what other fields may hold; empty where there are none
 */
public record Fields(String what, Map<String, Field> fields, Optional<Rule> others)
    implements Rule {

  public Fields {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  public static Fields of(String what) {
    return new Fields(what, Map.of(), Optional.empty());
  }

  public Fields with(String name, Field field) {
    Map<String, Field> more = new LinkedHashMap<>(fields);
    more.put(name, field);
    return new Fields(what, more, others);
  }

  /** Lets other fields stand there, too. */
  public Fields withOthers(Rule rule) {
    return new Fields(what, fields, Optional.of(rule));
  }

  @Override
  public String expected() {
    return what
        + (fields.isEmpty() ? "" : " with " + String.join(", ", new TreeSet<>(fields.keySet())));
  }

  @Override
  public boolean suits(JsonNode value) {
    return value.isObject();
  }

  @Override
  public void check(Place place, Mistakes mistakes) {
    if (!place.value().isObject()) {
      refuse(place, mistakes);
      return;
    }
    place.fields().forEach((name, given) -> checkField(name, given, mistakes));
    checkMissing(place, mistakes);
  }

  /** Says which required fields are not there. */
  void checkMissing(Place place, Mistakes mistakes) {
    fields.forEach(
        (name, field) -> {
          if (field.isRequired() && !place.field(name).isGiven()) {
            mistakes.add(place.field(name), "missing; " + what + " needs it.");
          }
        });
  }

  private void checkField(String name, Place given, Mistakes mistakes) {
    Field field = fields.get(name);
    if (field == null && others.isEmpty()) {
      mistakes.add(
          given,
          "unknown setting; %s takes %s.%s"
              .formatted(
                  what,
                  fields.isEmpty() ? "none" : String.join(", ", new TreeSet<>(fields.keySet())),
                  Nearest.question(name, fields.keySet())));
    } else if (given.isGiven()) {
      (field == null ? others.get() : field.rule()).check(given, mistakes);
    }
  }

  @Override
  public ObjectNode schema(Definitions definitions) {
    ObjectNode schema = Definitions.type("object");
    ObjectNode properties = schema.putObject("properties");
    fields.forEach((name, field) -> properties.set(name, field.schema(definitions)));
    ArrayNode required = schema.putArray("required");
    fields.forEach(
        (name, field) -> {
          if (field.isRequired()) {
            required.add(name);
          }
        });
    if (required.isEmpty()) {
      schema.remove("required");
    }
    others.ifPresentOrElse(
        rule -> schema.set("additionalProperties", rule.schema(definitions)),
        () -> schema.put("additionalProperties", false));
    return schema;
  }
}
