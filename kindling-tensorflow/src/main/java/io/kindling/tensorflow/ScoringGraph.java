package io.kindling.tensorflow;

import io.kindling.network.Network;
import io.kindling.network.ParameterLayout.View;
import io.kindling.tensor.TensorSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.proto.GraphDef;

/**
 * What a network computes in scoring mode, as TensorFlow's definition of a graph.
 *
 * @param definition placeholders for parameters, state and inputs, and what is computed of them
 * @param arrays parameters, then state: the placeholder's operation, by name
 * @param inputs the placeholder's operation, by name
 * @param outputs the tensor, {@code operation:output}, by name
 */
public record ScoringGraph(
    GraphDef definition,
    Map<String, String> arrays,
    Map<String, String> inputs,
    Map<String, String> outputs) {

  public ScoringGraph {
    arrays = Collections.unmodifiableMap(new LinkedHashMap<>(arrays));
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }

  /** The graph of a network. */
  public static ScoringGraph of(Network network) {
    NativeLibrary.prepare();
    try (ProgramGraph graph = new ProgramGraph(network)) {
      Map<String, Operand<?>> computed = graph.compute(ProgramGraph.Mode.SCORING).outputs();
      Map<String, String> arrays = new LinkedHashMap<>();
      for (View view : network.parameters().views()) {
        arrays.put(view.name(), graph.parameter(view.name()).op().name());
      }
      for (View view : network.state().views()) {
        arrays.put(view.name(), graph.state(view.name()).op().name());
      }
      Map<String, String> inputs = new LinkedHashMap<>();
      for (TensorSpec input : network.inputs()) {
        inputs.put(input.name(), graph.column(input).op().name());
      }
      Map<String, String> outputs = new LinkedHashMap<>();
      computed.forEach(
          (name, operand) ->
              outputs.put(name, operand.op().name() + ":" + operand.asOutput().index()));
      return new ScoringGraph(graph.graph().toGraphDef(), arrays, inputs, outputs);
    }
  }
}
