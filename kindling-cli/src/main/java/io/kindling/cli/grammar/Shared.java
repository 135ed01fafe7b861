package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Supplier;

/**
 * A rule under a name: one that holds at many places, or refers to itself, as a layer around
 * another does.
 */
public record Shared(String name, Supplier<Rule> rule) implements Rule {

  @Override
  public String expected() {
    return rule.get().expected();
  }

  @Override
  public boolean suits(JsonNode value) {
    return rule.get().suits(value);
  }

  @Override
  public void check(Place place, Mistakes mistakes) {
    rule.get().check(place, mistakes);
  }

  @Override
  public ObjectNode schema(Definitions definitions) {
    return definitions.reference(name, rule.get());
  }
}
