package io.kindling.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns nodes, which know only what they were applied to, into named steps in order. */
final class Assembly {

  private final List<LayerNetwork.Step> steps = new ArrayList<>();
  private final IdentityHashMap<Node, String> names = new IdentityHashMap<>();
  private final Map<String, Layer> layers = new HashMap<>();
  private final Map<String, Integer> applications = new HashMap<>();
  private final Map<String, Integer> kinds = new HashMap<>();
  private final Set<Input> inputs = new LinkedHashSet<>();
  private final Set<String> reserved = new HashSet<>();
  private final Set<Node> walked = Collections.newSetFromMap(new IdentityHashMap<>());

  /** The steps so far, in an order in which they can be computed. */
  List<LayerNetwork.Step> steps() {
    return steps;
  }

  void addInput(Input input) {
    inputs.add(input);
    reserved.add(input.name());
  }

  /** Keeps the names that were given from being given again to layers without one. */
  void reserveNames(Node node) {
    Deque<Node> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      if (open.pop() instanceof Node.Applied applied && walked.add(applied)) {
        if (applied.layer().name() != null) {
          reserved.add(applied.layer().name());
        }
        applied.inputs().forEach(open::push);
      }
    }
  }

  /**
   * The node's name; the first time, appends its step behind those it depends on. Without
   * recursion: a chain of some thousand layers would take more than a thread's stack.
   */
  String nameOf(Node node) {
    Deque<Node> open = new ArrayDeque<>(List.of(node));
    while (!open.isEmpty()) {
      Node next = open.peek();
      List<Node> before =
          next instanceof Node.Applied applied && !names.containsKey(next)
              ? applied.inputs().stream().filter(input -> !isNamed(input)).toList()
              : List.of();
      if (before.isEmpty()) {
        open.pop();
        if (next instanceof Node.Applied applied && !names.containsKey(next)) {
          append(applied);
        }
      }
      for (int i = before.size() - 1; i >= 0; i--) {
        open.push(before.get(i));
      }
    }
    return given(node);
  }

  private boolean isNamed(Node node) {
    return node instanceof Input || names.containsKey(node);
  }

  private String given(Node node) {
    if (node instanceof Input input) {
      if (!inputs.contains(input)) {
        throw new IllegalArgumentException(
            "Invalid network: input '"
                + input.name()
                + "' is used but not among the inputs of the network.");
      }
      return input.name();
    }
    return names.get(node);
  }

  private void append(Node.Applied applied) {
    List<String> inputNames = applied.inputs().stream().map(this::given).toList();
    Layer layer = named(applied.layer());
    int count = applications.merge(layer.name(), 1, Integer::sum);
    String name = count == 1 ? layer.name() : layer.name() + "." + count;
    names.put(applied, name);
    steps.add(new LayerNetwork.Step(name, layer, inputNames));
  }

  private Layer named(Layer layer) {
    if (layer.name() != null) {
      Layer other = layers.putIfAbsent(layer.name(), layer);
      if (other != null && !other.equals(layer)) {
        throw LayerNetwork.twoLayersOfOneName(other, layer);
      }
      return layer;
    }
    String kind = kind(layer);
    String name;
    do {
      name = kind + "_" + kinds.merge(kind, 1, Integer::sum);
    } while (reserved.contains(name));
    return layer.named(name);
  }

  private static final Pattern WORD = Pattern.compile("(?<=[a-z0-9])[A-Z]");

  private static String kind(Layer layer) {
    Matcher matcher = WORD.matcher(layer.getClass().getSimpleName());
    return matcher.replaceAll(match -> "_" + match.group()).toLowerCase(Locale.ROOT);
  }
}
