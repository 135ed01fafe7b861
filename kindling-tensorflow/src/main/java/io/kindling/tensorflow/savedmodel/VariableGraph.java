package io.kindling.tensorflow.savedmodel;

import com.google.protobuf.ByteString;
import io.kindling.network.ParameterLayout.View;
import io.kindling.tensorflow.ScoringGraph;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A scoring graph whose placeholders for parameters and state became variables of the same names,
 * each with the three operations that TensorFlow's loaders expect of a variable: an initial value,
 * the assignment of it, and a read.
 *
 * <p>The variables are {@code VariableV2}: TensorFlow-Java's exporter saves no others, and says
 * nothing about those it leaves out.
 */
final class VariableGraph {

  private final GraphDef.Builder graph = GraphDef.newBuilder();
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final Map<String, NodeDef> nodes = new HashMap<>();
  private final Map<String, String> renamed = new HashMap<>();

  VariableGraph(ScoringGraph scoring, List<View> views) {
    scoring.definition().getNodeList().forEach(node -> nodes.put(node.getName(), node));
    graph
        .setVersions(scoring.definition().getVersions())
        .setLibrary(scoring.definition().getLibrary());
    for (View view : views) {
      String variable = operationName(view.name());
      variables.put(view.name(), variable);
      renamed.put(scoring.arrays().get(view.name()), variable);
    }
    Set<String> needed = ancestors(scoring.outputs().values());
    needed.addAll(scoring.inputs().values());
    for (View view : views) {
      addVariable(variables.get(view.name()), shape(view));
    }
    for (NodeDef node : scoring.definition().getNodeList()) {
      if (needed.contains(node.getName()) && !renamed.containsKey(node.getName())) {
        NodeDef.Builder copy = node.toBuilder().clearInput();
        node.getInputList().forEach(input -> copy.addInput(renamedInput(input)));
        graph.addNode(copy);
      }
    }
  }

  GraphDef definition() {
    return graph.build();
  }

  /** The variable's operation, by the array's name. */
  Map<String, String> variables() {
    return variables;
  }

  static String initialValue(String variable) {
    return variable + "/initial_value";
  }

  static String assignment(String variable) {
    return variable + "/Assign";
  }

  static String read(String variable) {
    return variable + "/read";
  }

  /** The name with what TensorFlow does not allow replaced, and not taken by another operation. */
  private String operationName(String name) {
    String allowed = name.replaceAll("[^A-Za-z0-9_./-]", "_").replaceAll("^[^A-Za-z0-9.]", "v");
    while (nodes.containsKey(allowed) || variables.containsValue(allowed)) {
      allowed += "_";
    }
    return allowed;
  }

  private Set<String> ancestors(Iterable<String> outputs) {
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    outputs.forEach(open::add);
    while (!open.isEmpty()) {
      String operation = operation(open.poll());
      if (seen.add(operation)) {
        open.addAll(nodes.get(operation).getInputList());
      }
    }
    return seen;
  }

  private static String operation(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  private String renamedInput(String input) {
    String operation = operation(input);
    String variable = renamed.get(operation);
    return variable == null ? input : input.replace(operation, variable);
  }

  private static TensorShapeProto shape(View view) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dimension : view.spec().shape().dimensions()) {
      shape.addDimBuilder().setSize(dimension);
    }
    return shape.build();
  }

  private void addVariable(String name, TensorShapeProto shape) {
    AttrValue type = AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
    AttrValue beside =
        AttrValue.newBuilder()
            .setList(AttrValue.ListValue.newBuilder().addS(ByteString.copyFromUtf8("loc:@" + name)))
            .build();
    graph
        .addNodeBuilder()
        .setName(name)
        .setOp("VariableV2")
        .putAttr("dtype", type)
        .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
        .putAttr("container", AttrValue.newBuilder().setS(ByteString.EMPTY).build())
        .putAttr("shared_name", AttrValue.newBuilder().setS(ByteString.EMPTY).build());
    graph
        .addNodeBuilder()
        .setName(initialValue(name))
        .setOp("Const")
        .putAttr("dtype", type)
        .putAttr(
            "value",
            AttrValue.newBuilder()
                .setTensor(
                    TensorProto.newBuilder()
                        .setDtype(DataType.DT_FLOAT)
                        .setTensorShape(shape)
                        .addFloatVal(0))
                .build());
    graph
        .addNodeBuilder()
        .setName(assignment(name))
        .setOp("Assign")
        .addInput(name)
        .addInput(initialValue(name))
        .putAttr("T", type)
        .putAttr("use_locking", AttrValue.newBuilder().setB(true).build())
        .putAttr("validate_shape", AttrValue.newBuilder().setB(true).build())
        .putAttr("_class", beside);
    graph
        .addNodeBuilder()
        .setName(read(name))
        .setOp("Identity")
        .addInput(name)
        .putAttr("T", type)
        .putAttr("_class", beside);
  }
}
