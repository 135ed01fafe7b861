package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A field of an object.
 *
 * @param description for readers of the schema; may be empty
 * @param otherwise what holds where it is left out; missing where that is nothing in particular
 */
public record Field(Rule rule, boolean isRequired, String description, JsonNode otherwise) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public static Field required(Rule rule, String description) {
    return new Field(rule, true, description, MissingNode.getInstance());
  }

  public static Field optional(Rule rule, String description) {
    return new Field(rule, false, description, MissingNode.getInstance());
  }

  public static Field optional(Rule rule, String description, Object otherwise) {
    return new Field(rule, false, description, JSON.valueToTree(otherwise));
  }

  ObjectNode schema(Definitions definitions) {
    ObjectNode schema = rule.schema(definitions);
    if (!description.isEmpty()) {
      schema.put("description", description);
    }
    if (!otherwise.isMissingNode()) {
      schema.set("default", otherwise);
    }
    return schema;
  }
}
