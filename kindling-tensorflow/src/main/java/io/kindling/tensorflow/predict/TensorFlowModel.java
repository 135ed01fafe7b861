package io.kindling.tensorflow.predict;

import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.TensorValue;
import io.kindling.tensorflow.LoadedGraph;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A graph in TensorFlow's memory, called by its signatures. */
final class TensorFlowModel implements LoadedModel {

  private final ModelDescription description;
  private final Map<String, CallableSignature> signatures;
  private final LoadedGraph graph;

  /** Takes ownership of {@code graph}. */
  TensorFlowModel(
      ModelDescription description, List<CallableSignature> callable, LoadedGraph graph) {
    this.description = description;
    this.graph = graph;
    Map<String, CallableSignature> byName = new LinkedHashMap<>();
    callable.forEach(each -> byName.put(each.signature().name(), each));
    this.signatures = byName;
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public Map<String, TensorValue> run(
      String signature, Map<String, TensorValue> inputs, List<String> outputs) {
    description.signature(signature).requireInputs(inputs);
    CallableSignature called = signatures.get(signature);
    Map<String, TensorValue> feeds = new LinkedHashMap<>();
    called.inputs().forEach((name, tensor) -> feeds.put(tensor, inputs.get(name)));
    Map<String, String> fetches = new LinkedHashMap<>();
    Map<String, TensorValue> results = new LinkedHashMap<>();
    for (String output : outputs) {
      String tensor = called.outputs().get(called.signature().output(output).name());
      // TensorFlow refuses to fetch what it is fed.
      TensorValue given = feeds.get(tensor);
      results.put(output, given == null ? null : given.copied());
      if (given == null) {
        fetches.put(output, tensor);
      }
    }
    if (!fetches.isEmpty()) {
      results.putAll(graph.run(feeds, fetches));
    }
    return results;
  }

  /** What its runs hold in native memory. */
  LoadedGraph graph() {
    return graph;
  }

  @Override
  public void close() {
    graph.close();
  }

  @Override
  public String toString() {
    return description.toString();
  }
}
