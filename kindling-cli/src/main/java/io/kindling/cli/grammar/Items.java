package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * A list.
 *
 * @param what it is, as "a list of layers"
 * @param first what its first item is, where that is another than the rest
 * @param least how many items it has at least
 */
public record Items(String what, Optional<Rule> first, Rule item, int least) implements Rule {

  public Items(String what, Rule item, int least) {
    this(what, Optional.empty(), item, least);
  }

  @Override
  public String expected() {
    return what;
  }

  @Override
  public boolean suits(JsonNode value) {
    return value.isArray();
  }

  @Override
  public void check(Place place, Mistakes mistakes) {
    if (!place.value().isArray() || place.value().size() < least) {
      refuse(place, mistakes);
      return;
    }
    List<Place> items = place.items();
    for (int i = 0; i < items.size(); i++) {
      (i == 0 ? first.orElse(item) : item).check(items.get(i), mistakes);
    }
  }

  @Override
  public ObjectNode schema(Definitions definitions) {
    ObjectNode schema = Definitions.type("array");
    if (least > 0) {
      schema.put("minItems", least);
    }
    first.ifPresent(rule -> schema.putArray("prefixItems").add(rule.schema(definitions)));
    schema.set("items", item.schema(definitions));
    return schema;
  }
}
