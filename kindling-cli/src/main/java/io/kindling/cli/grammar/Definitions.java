package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The named parts of a JSON Schema. */
public final class Definitions {

  private static final String DEFINITIONS = "$defs";

  private final ObjectNode schemas = JsonNodeFactory.instance.objectNode();

  private Definitions() {}

  /** A rule as a whole schema, in the draft of 2020-12. */
  public static ObjectNode document(String id, String title, Rule rule) {
    Definitions definitions = new Definitions();
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    document.put("$id", id).put("title", title);
    document.setAll(rule.schema(definitions));
    document.set(DEFINITIONS, definitions.schemas);
    return document;
  }

  static ObjectNode type(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  /** A reference to a rule, whose schema is written once; rules may refer to themselves. */
  ObjectNode reference(String name, Rule rule) {
    if (!schemas.has(name)) {
      schemas.putObject(name);
      schemas.set(name, rule.schema(this));
    }
    return JsonNodeFactory.instance.objectNode().put("$ref", "#/" + DEFINITIONS + "/" + name);
  }
}
