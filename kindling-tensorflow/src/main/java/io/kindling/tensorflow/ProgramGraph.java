package io.kindling.tensorflow;

import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout.View;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The graph of a network while it is built: a placeholder per parameter, state array and column,
 * and what is computed of them in training and in scoring.
 */
final class ProgramGraph implements AutoCloseable {

  /**
   * Whether layers draw and take statistics, or use what they have learned.
   *
   * @param isTraining false for scoring
   * @param groups how many ghost batches, sorted by number, the rows have; 0 for any, in any order
   */
  record Mode(boolean isTraining, int groups) {

    static final Mode SCORING = new Mode(false, 0);
    static final Mode TRAINING = new Mode(true, 0);
  }

  private final Graph graph = new Graph();
  private final Ops tf = Ops.create(graph);
  private final Network network;
  private final Map<String, Operand<TFloat32>> parameters = new LinkedHashMap<>();
  private final Map<String, Operand<TFloat32>> state = new LinkedHashMap<>();
  private final Map<TensorSpec, Operand<?>> columns = new LinkedHashMap<>();

  ProgramGraph(Network network) {
    this.network = network;
    if (network instanceof GraphNetwork own) {
      graph.importGraphDef(own.definition());
      own.parameterTensors().forEach((name, tensor) -> parameters.put(name, float32(tensor)));
      own.columnTensors().forEach((spec, tensor) -> columns.put(spec, tensor(tensor)));
    } else if (network instanceof LayerNetwork) {
      addArrays("parameter", network.parameters().views(), parameters);
      addArrays("state", network.state().views(), state);
      network.inputs().forEach(this::addColumn);
    } else {
      throw new IllegalArgumentException(
          "Unsupported network of "
              + network.getClass()
              + ". TensorFlow computes a LayerNetwork or a GraphNetwork.");
    }
  }

  private void addArrays(String role, List<View> views, Map<String, Operand<TFloat32>> into) {
    for (View view : views) {
      into.put(
          view.name(),
          tf.withName(role + "_" + into.size())
              .placeholder(
                  TFloat32.class,
                  Placeholder.shape(
                      org.tensorflow.ndarray.Shape.of(
                          NativeTypes.dimensions(view.spec().shape())))));
    }
  }

  Operand<?> addColumn(TensorSpec spec) {
    Operand<? extends TType> placeholder =
        tf.withName("column_" + columns.size())
            .placeholder(
                NativeTypes.javaType(spec.type()),
                Placeholder.shape(NativeTypes.rows(spec.shape())));
    columns.put(spec, placeholder);
    return placeholder;
  }

  Graph graph() {
    return graph;
  }

  Ops tf() {
    return tf;
  }

  Network network() {
    return network;
  }

  Operand<TFloat32> parameter(String name) {
    return parameters.get(name);
  }

  Operand<TFloat32> state(String name) {
    return state.get(name);
  }

  Operand<?> column(TensorSpec spec) {
    return columns.get(spec);
  }

  /** What the network makes of the columns: its outputs, and in training its new state. */
  record Computed(Map<String, Operand<?>> outputs, Map<String, Operand<TFloat32>> state) {}

  Computed compute(Mode mode) {
    if (network instanceof GraphNetwork own) {
      Map<String, Operand<?>> outputs = new LinkedHashMap<>();
      own.outputTensors().forEach((name, tensor) -> outputs.put(name, tensor(tensor)));
      return new Computed(outputs, Map.of());
    }
    return new LayerGraph(this, (LayerNetwork) network, mode).compute();
  }

  /** Parameters, then state, then the columns named: what a call feeds. */
  List<Output<?>> feeds(List<TensorSpec> fed) {
    List<Output<?>> feeds = new ArrayList<>();
    parameters.values().forEach(operand -> feeds.add(operand.asOutput()));
    state.values().forEach(operand -> feeds.add(operand.asOutput()));
    fed.forEach(spec -> feeds.add(columns.get(spec).asOutput()));
    return feeds;
  }

  /** A tensor of an imported graph, by {@code operation:output}. */
  Output<?> tensor(String name) {
    return graph.outputOrThrow(name);
  }

  private Operand<TFloat32> float32(String name) {
    return tensor(name).expect(TFloat32.class);
  }

  @Override
  public void close() {
    graph.close();
  }
}
