package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of one layer of a file. What a layer of ours cannot do becomes a finding that names
 * layer and option, and reading goes on, so that all of them are told together.
 *
 * @param kind its class in Keras
 * @param name unique in the network: inside a model in a model, with the outer one's name before it
 */
record LayerConfig(
    String kind, String name, JsonNode settings, boolean isOfKeras2, Findings findings) {

  String title() {
    return "layer '" + name + "' (" + kind + ")";
  }

  /** A finding about this layer. */
  void refuse(String why) {
    findings.add(title() + ": " + why);
  }

  /** A finding about this layer that ends its reading. */
  Refusal refusal(String why) {
    return new Refusal(title() + ": " + why);
  }

  private JsonNode setting(String key) {
    return settings.path(key);
  }

  boolean has(String key) {
    return settings.hasNonNull(key);
  }

  String text(String key, String byDefault) {
    JsonNode value = setting(key);
    return value.isTextual() ? value.asText() : byDefault;
  }

  boolean flag(String key, boolean byDefault) {
    JsonNode value = setting(key);
    return value.isBoolean() ? value.asBoolean() : byDefault;
  }

  double number(String key, double byDefault) {
    JsonNode value = setting(key);
    if (value.isMissingNode() || value.isNull()) {
      return byDefault;
    }
    // Keras 2 writes NumPy's numbers as {"class_name": "__numpy__", "value": 0.3}, or as arrays.
    JsonNode plain = value.isObject() ? value.path("value") : value;
    if (!plain.isNumber()) {
      throw refusal("its setting '" + key + "' is " + shown(value) + ", no number");
    }
    return plain.asDouble();
  }

  int integer(String key) {
    JsonNode value = setting(key);
    if (!value.canConvertToInt() || !value.isNumber()) {
      throw refusal("its setting '" + key + "' is " + shown(value) + ", no whole number");
    }
    return value.asInt();
  }

  int integer(String key, int byDefault) {
    return has(key) ? integer(key) : byDefault;
  }

  /** So many whole numbers: one stands for all of them. */
  int[] integers(String key, int count) {
    int[] values = new int[count];
    JsonNode value = setting(key);
    if (value.isArray() && value.size() != count) {
      throw refusal("its setting '" + key + "' is " + shown(value) + ", not " + count + " numbers");
    }
    for (int i = 0; i < count; i++) {
      JsonNode one = value.isArray() ? value.get(i) : value;
      if (!one.isNumber() || !one.canConvertToInt()) {
        throw refusal("its setting '" + key + "' is " + shown(value) + ", not whole numbers");
      }
      values[i] = one.asInt();
    }
    return values;
  }

  int[] integers(String key, int count, int... byDefault) {
    return has(key) ? integers(key, count) : byDefault;
  }

  /** Pairs for two axes, in any of Keras's three forms: {@code 1}, {@code [1, 2]} or pairs. */
  int[][] pairs(String key) {
    JsonNode value = setting(key);
    int[][] pairs = new int[2][2];
    for (int axis = 0; axis < 2; axis++) {
      JsonNode one = value.isArray() && value.size() == 2 ? value.get(axis) : value;
      for (int side = 0; side < 2; side++) {
        JsonNode number = one.isArray() && one.size() == 2 ? one.get(side) : one;
        if (!number.isNumber()) {
          throw refusal("its setting '" + key + "' is " + shown(value) + ", not pairs of numbers");
        }
        pairs[axis][side] = number.asInt();
      }
    }
    return pairs;
  }

  /** All whole numbers of a list, or the one that stands there. */
  List<Integer> list(String key) {
    JsonNode value = setting(key);
    List<Integer> all = new ArrayList<>();
    if (value.isNumber()) {
      all.add(value.asInt());
    }
    value.forEach(each -> all.add(each.asInt()));
    return all;
  }

  /** All numbers of a list, nested or not. */
  List<Double> numbers(String key) {
    List<Double> all = new ArrayList<>();
    gather(setting(key), all);
    return all;
  }

  private static void gather(JsonNode value, List<Double> all) {
    if (value.isNumber()) {
      all.add(value.asDouble());
    }
    value.forEach(each -> gather(each, all));
  }

  /** A layer inside this one. */
  Optional<LayerConfig> inner(String key) {
    JsonNode value = setting(key);
    return value.isObject() && value.path("config").isObject()
        ? Optional.of(
            new LayerConfig(
                value.path("class_name").asText(),
                name + "." + value.path("config").path("name").asText(key),
                value.path("config"),
                isOfKeras2,
                findings))
        : Optional.empty();
  }

  /** Refuses any other value of a setting than those stated, of which the first is Keras's own. */
  void only(String key, Object... allowed) {
    JsonNode value = setting(key);
    if (value.isMissingNode()) {
      return;
    }
    for (Object each : allowed) {
      if (each == null
          ? value.isNull()
          : value.asText().equals(each.toString()) && value.isValueNode() && !value.isNull()) {
        return;
      }
    }
    refuse(
        "Unsupported "
            + key
            + " "
            + shown(value)
            + (allowed.length == 1 ? ", only " + allowed[0] : ", only " + List.of(named(allowed))));
  }

  private static Object[] named(Object... values) {
    Object[] named = values.clone();
    for (int i = 0; i < named.length; i++) {
      named[i] = String.valueOf(named[i]);
    }
    return named;
  }

  /** The last axis of arrays of a rank, or refused. */
  void onlyLastAxis(String key, int rowRank) {
    List<Integer> axes = list(key);
    if (axes.stream().anyMatch(axis -> axis != -1 && axis != rowRank) || axes.size() > 1) {
      refuse("Unsupported " + key + " " + shown(setting(key)) + ", only the last");
    }
  }

  static String shown(JsonNode value) {
    String text = value.toString();
    return text.isEmpty() ? "missing" : text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }

  JsonNode raw(String key) {
    return setting(key);
  }
}
