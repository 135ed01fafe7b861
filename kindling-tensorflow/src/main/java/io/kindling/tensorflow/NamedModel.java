package io.kindling.tensorflow;

import io.kindling.predict.LoadedModel;
import io.kindling.predict.ModelDescription;
import io.kindling.predict.ModelSignature;
import io.kindling.predict.TensorType;
import io.kindling.predict.TensorValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A graph under the names that its program has for what goes in and what comes out. */
final class NamedModel implements LoadedModel {

  private final LoadedModel graph;
  private final Map<String, String> inputs;
  private final Map<String, String> outputs;
  private final ModelDescription description;

  /** Takes ownership of {@code graph}. */
  NamedModel(LoadedModel graph, Map<String, String> inputs, Map<String, String> outputs) {
    this.graph = graph;
    this.inputs = inputs;
    this.outputs = outputs;
    ModelDescription said = graph.description();
    ModelSignature signature = said.defaultSignature();
    List<TensorType> named = new ArrayList<>();
    inputs.forEach((name, operation) -> named.add(renamed(signature.input(operation), name)));
    named.sort(Comparator.comparing(TensorType::name));
    List<TensorType> given = new ArrayList<>();
    outputs.forEach((name, operation) -> given.add(renamed(signature.output(operation), name)));
    this.description =
        new ModelDescription(
            "TensorFlow program",
            said.producer(),
            List.of(new ModelSignature(signature.name(), named, given)),
            said.operations(),
            said.bytes(),
            said.findings());
  }

  private static TensorType renamed(TensorType type, String name) {
    return new TensorType(name, type.type(), type.dimensions());
  }

  @Override
  public ModelDescription description() {
    return description;
  }

  @Override
  public Map<String, TensorValue> run(
      String signature, Map<String, TensorValue> values, List<String> wanted) {
    description.signature(signature).requireInputs(values);
    Map<String, TensorValue> fed = new LinkedHashMap<>();
    values.forEach((name, value) -> fed.put(inputs.get(name), value));
    List<String> operations = new ArrayList<>();
    for (String name : wanted) {
      operations.add(outputs.get(description.signature(signature).output(name).name()));
    }
    Map<String, TensorValue> results = graph.run(signature, fed, operations);
    Map<String, TensorValue> named = new LinkedHashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      named.put(wanted.get(i), results.get(operations.get(i)));
    }
    return named;
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
