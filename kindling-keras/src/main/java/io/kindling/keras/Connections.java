package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How layers of a functional model were called, in the forms of Keras 2 and 3. */
final class Connections {

  /**
   * A result of a layer.
   *
   * @param layer its key
   * @param call which of its applications
   * @param output which of its results
   */
  record Source(String layer, int call, int output) {

    private Source counted(Map<String, Integer> offsets) {
      return new Source(layer, call - offsets.getOrDefault(layer, 0), output);
    }
  }

  /**
   * One application.
   *
   * @param sources by position
   * @param namedSources by the names of arguments
   * @param positional what stands at each position; null where it is a source
   * @param arguments all else by name, without what is null
   */
  record Call(
      List<Source> sources,
      Map<String, Source> namedSources,
      List<JsonNode> positional,
      Map<String, JsonNode> arguments) {

    List<Source> all() {
      List<Source> all = new ArrayList<>(sources);
      all.addAll(namedSources.values());
      return all;
    }

    /** The same with numbers of applications that begin with 0. */
    Call counted(Map<String, Integer> offsets) {
      Map<String, Source> named = new LinkedHashMap<>();
      namedSources.forEach((name, source) -> named.put(name, source.counted(offsets)));
      return new Call(Connections.counted(sources, offsets), named, positional, arguments);
    }
  }

  static List<Source> counted(List<Source> sources, Map<String, Integer> offsets) {
    return sources.stream().map(source -> source.counted(offsets)).toList();
  }

  private Connections() {}

  /** The applications of a layer. */
  static List<Call> of(JsonNode calls) {
    List<Call> all = new ArrayList<>();
    for (JsonNode call : calls) {
      all.add(call.isObject() ? ofKeras3(call) : ofKeras2(call));
    }
    return all;
  }

  /** {@code {"args": [...], "kwargs": {...}}}, with values as objects. */
  private static Call ofKeras3(JsonNode call) {
    List<Source> sources = new ArrayList<>();
    List<JsonNode> positional = new ArrayList<>();
    for (JsonNode argument : call.path("args")) {
      int before = sources.size();
      gather(argument, sources);
      positional.add(sources.size() > before ? null : argument);
    }
    Map<String, Source> named = new LinkedHashMap<>();
    Map<String, JsonNode> others = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> argument : call.path("kwargs").properties()) {
      List<Source> inside = new ArrayList<>();
      gather(argument.getValue(), inside);
      if (inside.size() == 1) {
        named.put(argument.getKey(), inside.get(0));
      } else if (!argument.getValue().isNull()) {
        others.put(argument.getKey(), argument.getValue());
      }
    }
    return new Call(sources, named, positional, others);
  }

  private static void gather(JsonNode value, List<Source> sources) {
    Optional<Source> one = source(value);
    if (one.isPresent()) {
      sources.add(one.get());
    } else if (value.isContainerNode()) {
      value.forEach(each -> gather(each, sources));
    }
  }

  private static Optional<Source> source(JsonNode value) {
    JsonNode history = value.path("config").path("keras_history");
    return value.path("class_name").asText().equals("__keras_tensor__")
        ? triple(history)
        : Optional.empty();
  }

  /** {@code [["conv", 0, 0, {}], ...]}: a list of values, each with the arguments of the call. */
  private static Call ofKeras2(JsonNode call) {
    List<Source> sources = new ArrayList<>();
    List<JsonNode> positional = new ArrayList<>();
    Map<String, Source> named = new LinkedHashMap<>();
    Map<String, JsonNode> others = new LinkedHashMap<>();
    List<JsonNode> inputs = new ArrayList<>();
    if (triple(call).isPresent()) {
      inputs.add(call);
    } else {
      call.forEach(inputs::add);
    }
    for (JsonNode input : inputs) {
      triple(input)
          .ifPresent(
              source -> {
                sources.add(source);
                positional.add(null);
              });
      for (Map.Entry<String, JsonNode> argument : input.path(3).properties()) {
        Optional<Source> source = triple(argument.getValue());
        if (source.isPresent()) {
          named.put(argument.getKey(), source.get());
        } else if (!argument.getValue().isNull()) {
          others.put(argument.getKey(), argument.getValue());
        }
      }
    }
    return new Call(sources, named, positional, others);
  }

  /** {@code ["conv", 0, 0]}. */
  private static Optional<Source> triple(JsonNode value) {
    return value.isArray()
            && value.size() >= 3
            && value.get(0).isTextual()
            && value.get(1).canConvertToInt()
            && value.get(2).canConvertToInt()
        ? Optional.of(new Source(value.get(0).asText(), value.get(1).asInt(), value.get(2).asInt()))
        : Optional.empty();
  }

  /** The inputs or outputs of a model: one triple, a list of them, or lists and names of them. */
  static List<Source> listed(JsonNode value) {
    List<Source> all = new ArrayList<>();
    list(value, all);
    return all;
  }

  private static void list(JsonNode value, List<Source> all) {
    Optional<Source> one = triple(value);
    if (one.isPresent()) {
      all.add(one.get());
    } else if (value.isContainerNode()) {
      value.forEach(each -> list(each, all));
    }
  }
}
