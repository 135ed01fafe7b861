package io.kindling.tensorflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;

/** The operations of a graph that an output depends on, itself among them. */
record Reached(Map<String, GraphOperation> operations) {

  static Reached by(Operand<?> output) {
    Map<String, GraphOperation> seen = new LinkedHashMap<>();
    Deque<GraphOperation> open = new ArrayDeque<>();
    open.add((GraphOperation) output.op());
    while (!open.isEmpty()) {
      GraphOperation operation = open.poll();
      if (seen.putIfAbsent(operation.name(), operation) == null) {
        for (Operand<?> input : operation.inputs()) {
          open.add((GraphOperation) input.op());
        }
      }
    }
    return new Reached(seen);
  }

  boolean has(Output<?> output) {
    return operations.containsKey(output.op().name());
  }

  Collection<String> names() {
    return operations.keySet();
  }

  /** Those that take an output. */
  List<GraphOperation> takersOf(Output<?> output) {
    return operations.values().stream()
        .filter(operation -> inputs(operation).stream().anyMatch(output::equals))
        .toList();
  }

  static List<Output<?>> inputs(GraphOperation operation) {
    List<Output<?>> inputs = new ArrayList<>();
    operation.inputs().forEach(input -> inputs.add(input.asOutput()));
    return inputs;
  }
}
