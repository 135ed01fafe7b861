package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/** One of several kinds of values: the first that suits. */
public record Either(List<Rule> rules) implements Rule {

  public Either {
    rules = List.copyOf(rules);
  }

  public static Either of(Rule... rules) {
    return new Either(List.of(rules));
  }

  @Override
  public String expected() {
    return rules.stream().map(Rule::expected).collect(Collectors.joining(", or "));
  }

  @Override
  public boolean suits(JsonNode value) {
    return rules.stream().anyMatch(rule -> rule.suits(value));
  }

  @Override
  public void check(Place place, Mistakes mistakes) {
    rules.stream()
        .filter(rule -> rule.suits(place.value()))
        .findFirst()
        .ifPresentOrElse(rule -> rule.check(place, mistakes), () -> refuse(place, mistakes));
  }

  @Override
  public ObjectNode schema(Definitions definitions) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    ArrayNode any = schema.putArray("anyOf");
    rules.forEach(rule -> any.add(rule.schema(definitions)));
    return schema;
  }
}
