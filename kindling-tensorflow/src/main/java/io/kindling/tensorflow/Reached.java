package io.kindling.tensorflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.core.StopGradient;

/**
 * The operations of a graph that an output depends on, itself among them, as far as gradients go:
 * what lies behind a stop is not among them.
 */
final class Reached {

  private final Map<String, GraphOperation> operations = new LinkedHashMap<>();
  private final Map<Output<?>, List<GraphOperation>> takers = new HashMap<>();

  private Reached() {}

  static Reached by(Operand<?> output) {
    Reached reached = new Reached();
    Deque<GraphOperation> open = new ArrayDeque<>();
    open.add((GraphOperation) output.op());
    while (!open.isEmpty()) {
      GraphOperation operation = open.poll();
      boolean isNew = reached.operations.putIfAbsent(operation.name(), operation) == null;
      if (isNew && !operation.type().equals(StopGradient.OP_NAME)) {
        for (Operand<?> input : operation.inputs()) {
          open.add((GraphOperation) input.op());
          reached.takers.computeIfAbsent(input.asOutput(), key -> new ArrayList<>()).add(operation);
        }
      }
    }
    return reached;
  }

  boolean has(Output<?> output) {
    return operations.containsKey(output.op().name());
  }

  Set<String> names() {
    return operations.keySet();
  }

  /** Those that take an output; twice, where one takes it twice. */
  List<GraphOperation> takersOf(Output<?> output) {
    return takers.getOrDefault(output, List.of());
  }
}
