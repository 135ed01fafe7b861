package io.kindling.cli.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value where it stands in a document.
 *
 * @param path such as {@code network[2].dense.units}; empty for the whole
 * @param line from 1
 * @param value missing where nothing stands
 * @param lines of all paths of the document
 */
public record Place(String path, int line, JsonNode value, Map<String, Integer> lines) {

  private static final int MOST_SHOWN = 60;

  /** The field of an object; of a field that is not there, the line is the object's. */
  public Place field(String name) {
    String child = path.isEmpty() ? name : path + "." + name;
    return child(child, value.path(name));
  }

  /** The items of a list, in order. */
  public List<Place> items() {
    List<Place> items = new ArrayList<>();
    for (int i = 0; i < value.size() && value.isArray(); i++) {
      items.add(child(path + "[" + i + "]", value.get(i)));
    }
    return items;
  }

  /** The fields of an object, in order. */
  public Map<String, Place> fields() {
    Map<String, Place> fields = new LinkedHashMap<>();
    value.fieldNames().forEachRemaining(name -> fields.put(name, field(name)));
    return fields;
  }

  private Place child(String path, JsonNode value) {
    return new Place(path, lines.getOrDefault(path, line), value, lines);
  }

  /** Whether something stands there; an empty field counts as left out. */
  public boolean isGiven() {
    return !value.isMissingNode() && !value.isNull();
  }

  /** The text, number or truth value there, as text. */
  public Optional<String> text() {
    return isGiven() ? Optional.of(value.asText()) : Optional.empty();
  }

  /** The number there, or another. */
  public double number(double otherwise) {
    return isGiven() ? value.asDouble() : otherwise;
  }

  /** The whole number there, or another. */
  public int count(int otherwise) {
    return isGiven() ? value.asInt() : otherwise;
  }

  /** The truth value there, or another. */
  public boolean flag(boolean otherwise) {
    return isGiven() ? value.asBoolean() : otherwise;
  }

  /** The texts of a list, or the one that stands in its place. */
  public List<String> texts() {
    if (!isGiven()) {
      return List.of();
    }
    return value instanceof ArrayNode
        ? items().stream().map(item -> item.value().asText()).toList()
        : List.of(value.asText());
  }

  /** The texts of an object by name. */
  public Map<String, String> textsByName() {
    Map<String, String> texts = new LinkedHashMap<>();
    fields()
        .forEach(
            (name, place) -> {
              if (place.isGiven()) {
                texts.put(name, place.value().asText());
              }
            });
    return texts;
  }

  /** The value, short enough for a sentence. */
  String shown() {
    if (!isGiven()) {
      return "nothing";
    }
    String text = value.isTextual() ? "'" + value.asText() + "'" : value.toString();
    return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
  }
}
