package io.kindling.tensorflow.predict;

import io.kindling.tensorflow.TensorName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What goes into and comes out of a graph that does not say so. */
final class UnreadTensors {

  private static final Set<String> PLACEHOLDERS = Set.of("Placeholder", "PlaceholderV2");

  /** What is no output although nobody reads it. */
  private static final Set<String> NO_OUTPUTS =
      Set.of("NoOp", "Assert", "SaveV2", "Save", "Const", "Placeholder", "PlaceholderV2");

  private UnreadTensors() {}

  /** Names of operations that no other reads, in the graph's order. */
  static List<String> ends(DefinedGraph graph) {
    Set<String> read = new HashSet<>();
    for (DefinedNode node : graph.nodes().values()) {
      for (String input : node.inputs()) {
        if (!input.startsWith("^")) {
          read.add(TensorName.of(input).operation());
        }
      }
    }
    List<String> ends = new ArrayList<>();
    for (DefinedNode node : graph.nodes().values()) {
      if (!read.contains(node.name()) && !NO_OUTPUTS.contains(node.operation())) {
        ends.add(node.name());
      }
    }
    return ends;
  }

  static boolean isPlaceholder(DefinedNode node) {
    return PLACEHOLDERS.contains(node.operation());
  }

  /** Placeholders among these operations, each named as its operation. */
  static Map<String, String> placeholders(DefinedGraph graph, Set<String> kept) {
    Map<String, String> placeholders = new LinkedHashMap<>();
    for (DefinedNode node : graph.nodes().values()) {
      if (isPlaceholder(node) && kept.contains(node.name())) {
        placeholders.put(node.name(), node.name() + ":0");
      }
    }
    return placeholders;
  }

  /** Tensors by the names they get: as they are written, without a {@code :0}. */
  static Map<String, String> named(List<String> tensors) {
    Map<String, String> named = new LinkedHashMap<>();
    for (String tensor : tensors) {
      TensorName name = TensorName.of(tensor);
      named.put(name.output() == 0 ? name.operation() : name.toString(), name.toString());
    }
    return named;
  }
}
