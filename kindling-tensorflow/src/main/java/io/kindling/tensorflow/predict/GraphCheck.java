package io.kindling.tensorflow.predict;

import io.kindling.predict.Finding;
import io.kindling.predict.ModelLimits;
import io.kindling.tensorflow.AllowedOperations;
import io.kindling.tensorflow.AllowedOperations.Purpose;
import io.kindling.tensorflow.TensorName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Follows a graph from what will be run back to what it needs, and through the functions that it
 * calls. What is reached has to be allowed; what is not reached is left out. For one thread.
 *
 * <p>Cost: each node once; each function once for what its operations are, and once more for each
 * way in which its arguments are names of files.
 */
final class GraphCheck {

  /** None of these keeps the memory in which it is given a value. */
  private static final EnumSet<Purpose> KEEPING_NOTHING =
      EnumSet.of(Purpose.COMPUTATION, Purpose.STATE);

  private static final EnumSet<Purpose> SCORING =
      EnumSet.of(Purpose.COMPUTATION, Purpose.STATE, Purpose.STORAGE);

  /** Longer chains of identities are no way to name a file. */
  private static final int MOST_IDENTITIES = 50;

  private final DefinedGraph graph;
  private final Set<String> allowUnsafe;
  private final ModelLimits limits;
  private final Map<String, Origin> origins;
  private final Set<String> kept = new LinkedHashSet<>();
  private final Set<String> cut = new HashSet<>();
  private final Set<String> functions = new LinkedHashSet<>();
  private final Map<String, Long> expanded = new HashMap<>();
  private final Set<Followed> followed = new HashSet<>();

  /** Functions that are being followed. */
  private final Set<String> open = new HashSet<>();

  private final Map<String, Finding> findings = new LinkedHashMap<>();
  private final SortedMap<String, Integer> operations = new TreeMap<>();
  private long total;
  private boolean keepsInputs;

  /**
   * @param origins of the tensors that are fed while the model is loaded, by operation
   */
  GraphCheck(
      DefinedGraph graph,
      Set<String> allowUnsafe,
      ModelLimits limits,
      Map<String, Origin> origins) {
    this.graph = graph;
    this.allowUnsafe = allowUnsafe;
    this.limits = limits;
    this.origins = origins;
  }

  /** A call of a function with arguments of these origins, which was followed already. */
  private record Followed(String function, List<Origin> arguments, boolean isLoading) {}

  /**
   * Follows what scoring runs.
   *
   * @param fed tensors that are given, behind which nothing is needed
   */
  void followScoring(Collection<String> outputs, Collection<String> fed) {
    follow(outputs, fed, false);
  }

  /** Follows what is run once, while the model is loaded. */
  void followLoading(Collection<String> operationNames) {
    follow(operationNames, origins.keySet(), true);
  }

  private void follow(Collection<String> roots, Collection<String> fed, boolean isLoading) {
    Set<TensorName> given = new HashSet<>();
    fed.forEach(tensor -> given.add(TensorName.of(tensor)));
    Set<String> seen = new HashSet<>();
    Deque<String> needed = new ArrayDeque<>(roots);
    while (!needed.isEmpty()) {
      String tensor = needed.pop();
      TensorName name = TensorName.of(tensor);
      boolean isFirstOutput = name.output() == 0 && !tensor.startsWith("^");
      if (isFirstOutput && given.contains(name)) {
        DefinedNode source = requireNode(name.operation());
        if (source != null && UnreadTensors.isPlaceholder(source)) {
          if (kept.add(source.name())) {
            check(source, null, Map.of(), isLoading, true, 1);
          }
        } else {
          cut.add(name.operation());
        }
        continue;
      }
      if (!seen.add(name.operation())) {
        continue;
      }
      DefinedNode node = requireNode(name.operation());
      if (node == null) {
        continue;
      }
      boolean isNew = kept.add(node.name());
      check(node, null, Map.of(), isLoading, isNew, 1);
      needed.addAll(node.inputs());
    }
  }

  private DefinedNode requireNode(String name) {
    DefinedNode node = graph.nodes().get(name);
    if (node == null) {
      find(
          Finding.Kind.CONTENT,
          "the graph names '" + Finding.clipped(name) + "', which it does not have");
    }
    return node;
  }

  /**
   * @param within the function whose node it is; null in the graph itself
   * @param arguments origins by name, of the function's arguments
   * @param isNew whether it is counted
   */
  private void check(
      DefinedNode node,
      DefinedFunction within,
      Map<String, Origin> arguments,
      boolean isLoading,
      boolean isNew,
      int depth) {
    String operation = node.operation();
    DefinedFunction called = graph.functions().get(operation);
    if (isNew) {
      operations.merge(operation, 1, Integer::sum);
      if (within == null) {
        total = sum(total, 1);
      }
    }
    keepsInputs |=
        called == null && !isLoading && !AllowedOperations.isAllowed(operation, KEEPING_NOTHING);
    if (called == null && !isAllowed(node, within, arguments, isLoading)) {
      find(
          Finding.Kind.OPERATION,
          "operation "
              + node
              + (within == null ? "" : " in function '" + Finding.clipped(within.name()) + "'")
              + " "
              + reason(operation)
              + ". If you would run a program of whoever made the model, allow it by name:"
              + " allowUnsafe \""
              + Finding.clipped(operation)
              + "\"");
    }
    List<String> names = new ArrayList<>(node.functions());
    if (called != null) {
      names.add(operation);
    }
    for (String name : names) {
      DefinedFunction function = graph.functions().get(name);
      if (function == null) {
        continue; // TensorFlow says so, where it is called.
      }
      List<Origin> given = new ArrayList<>();
      // A function among the attributes of a call may be called inside with other arguments.
      boolean passesInputsOn =
          called != null
              ? name.equals(operation)
              : operation.endsWith("PartitionedCall") && names.size() == 1;
      for (int i = 0; i < function.arguments().size(); i++) {
        given.add(
            isLoading && passesInputsOn && i < node.inputs().size()
                ? origin(node.inputs().get(i), within, arguments)
                : Origin.ELSEWHERE);
      }
      follow(function, given, isLoading, depth + 1);
      if (isNew && within == null) {
        total = sum(total, expanded.getOrDefault(name, 0L));
      }
    }
    if (total > limits.nodes()) {
      find(
          Finding.Kind.COUNT,
          "functions that call functions make more than %d operations of the graph (limit 'nodes')"
              .formatted(limits.nodes()));
    }
  }

  private boolean isAllowed(
      DefinedNode node, DefinedFunction within, Map<String, Origin> arguments, boolean isLoading) {
    String operation = node.operation();
    if (allowUnsafe.contains(operation) || AllowedOperations.isAllowed(operation, SCORING)) {
      return true;
    }
    if (!isLoading || !AllowedOperations.isAllowed(operation, EnumSet.of(Purpose.RESTORE))) {
      return false;
    }
    boolean readsTable = operation.startsWith("InitializeTable");
    int input = readsTable ? 1 : 0;
    Origin allowed = readsTable ? Origin.ASSET : Origin.VARIABLES;
    return node.inputs().size() > input
        && origin(node.inputs().get(input), within, arguments) == allowed;
  }

  private static String reason(String operation) {
    if (AllowedOperations.isAllowed(operation, EnumSet.of(Purpose.RESTORE))) {
      return "reads a file that is none of the model's own";
    }
    return "is not among those that only compute";
  }

  private Origin origin(String tensor, DefinedFunction within, Map<String, Origin> arguments) {
    String at = tensor;
    for (int i = 0; i < MOST_IDENTITIES; i++) {
      String name = operationOf(at);
      Origin known = within == null ? origins.get(name) : arguments.get(name);
      if (known != null) {
        return known;
      }
      DefinedNode node = within == null ? graph.nodes().get(name) : within.nodes().get(name);
      if (node == null || !node.operation().equals("Identity") || node.inputs().isEmpty()) {
        return Origin.ELSEWHERE;
      }
      at = node.inputs().get(0);
    }
    return Origin.ELSEWHERE;
  }

  /** In functions, outputs are named {@code operation:name:number}. */
  private static String operationOf(String tensor) {
    int colon = tensor.indexOf(':');
    return colon < 0 ? tensor : tensor.substring(0, colon);
  }

  private void follow(DefinedFunction function, List<Origin> given, boolean isLoading, int depth) {
    if (depth > limits.depth()) {
      find(
          Finding.Kind.DEPTH,
          "functions call each other more than %d deep (limit 'depth')".formatted(limits.depth()));
      return;
    }
    if (open.contains(function.name())) {
      find(Finding.Kind.DEPTH, "function '" + Finding.clipped(function.name()) + "' calls itself");
      return;
    }
    if (!followed.add(new Followed(function.name(), given, isLoading))) {
      return;
    }
    open.add(function.name());
    boolean isNew = functions.add(function.name());
    Map<String, Origin> arguments = new HashMap<>();
    for (int i = 0; i < given.size(); i++) {
      arguments.put(function.arguments().get(i), given.get(i));
    }
    long size = 0;
    for (DefinedNode node : function.nodes().values()) {
      check(node, function, arguments, isLoading, isNew, depth);
      size = sum(size, 1);
      for (String called : node.functions()) {
        size = sum(size, expanded.getOrDefault(called, 0L));
      }
      size = sum(size, expanded.getOrDefault(node.operation(), 0L));
    }
    expanded.put(function.name(), size);
    open.remove(function.name());
  }

  private static long sum(long a, long b) {
    return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
  }

  private void find(Finding.Kind kind, String text) {
    if (findings.size() < 20) {
      findings.putIfAbsent(text, new Finding(kind, text));
    }
  }

  /** What refuses the graph, at most twenty. */
  List<Finding> findings() {
    return List.copyOf(findings.values());
  }

  /** How often each operation stands in what is kept. */
  SortedMap<String, Integer> operations() {
    return operations;
  }

  /** Whether what scores may keep a value that it was given, beyond the run. */
  boolean keepsInputs() {
    return keepsInputs;
  }

  /** Nodes of the graph to keep as they are. */
  Set<String> kept() {
    return kept;
  }

  /** Operations that are fed and not computed: to become placeholders. */
  Set<String> cut() {
    Set<String> placeholders = new HashSet<>(cut);
    placeholders.removeAll(kept);
    return placeholders;
  }

  /** Functions to keep. */
  Set<String> functions() {
    return functions;
  }

  /** Operations that nothing needs, by how often they stand in the graph and its functions. */
  SortedMap<String, Integer> leftOut() {
    SortedMap<String, Integer> left = new TreeMap<>();
    graph
        .nodes()
        .values()
        .forEach(
            node -> {
              if (!kept.contains(node.name()) && !cut.contains(node.name())) {
                left.merge(node.operation(), 1, Integer::sum);
              }
            });
    graph
        .functions()
        .values()
        .forEach(
            function -> {
              if (!functions.contains(function.name())) {
                function
                    .nodes()
                    .values()
                    .forEach(node -> left.merge(node.operation(), 1, Integer::sum));
              }
            });
    return left;
  }
}
