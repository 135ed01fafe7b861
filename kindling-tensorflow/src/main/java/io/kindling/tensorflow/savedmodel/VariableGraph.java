package io.kindling.tensorflow.savedmodel;

import com.google.protobuf.ByteString;
import io.kindling.network.ParameterLayout.View;
import io.kindling.tensorflow.ScoringGraph;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
 * each with what TensorFlow's loaders expect of a variable: an initial value, the assignment of it,
 * and a read.
 *
 * <p>The variables are resources ({@code VarHandleOp}), because Python makes no objects of the
 * older reference variables. TensorFlow-Java's exporter knows only the older ones and leaves others
 * out without a word, so that the operations which save and restore are drawn here, under the names
 * by which the exporter finds them.
 */
final class VariableGraph {

  /** Names that TensorFlow-Java gives its own saver. */
  private static final String FILE = "save/filename";

  private static final String SAVED = "save/control_dependency";
  private static final String RESTORED = "save/restore_all";

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
      renamed.put(scoring.arrays().get(view.name()), read(variable));
    }
    Set<String> needed = ancestors(scoring.outputs().values());
    needed.addAll(scoring.inputs().values());
    for (View view : views) {
      addVariable(variables.get(view.name()), shape(view));
    }
    addSaver(List.copyOf(variables.values()));
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
    return variable + "/Read/ReadVariableOp";
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
    AttrValue type = type(DataType.DT_FLOAT);
    AttrValue beside =
        AttrValue.newBuilder()
            .setList(AttrValue.ListValue.newBuilder().addS(ByteString.copyFromUtf8("loc:@" + name)))
            .build();
    add(name, "VarHandleOp")
        .putAttr("dtype", type)
        .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
        .putAttr("container", AttrValue.newBuilder().setS(ByteString.EMPTY).build())
        .putAttr("shared_name", AttrValue.newBuilder().setS(ByteString.copyFromUtf8(name)).build());
    add(initialValue(name), "Const")
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
    add(assignment(name), "AssignVariableOp", name, initialValue(name))
        .putAttr("dtype", type)
        .putAttr("_class", beside);
    add(read(name), "ReadVariableOp", name).putAttr("dtype", type).putAttr("_class", beside);
  }

  /**
   * One file with all variables: {@code SaveV2} and {@code RestoreV2}, as every loader runs them.
   */
  private void addSaver(List<String> names) {
    AttrValue text = type(DataType.DT_STRING);
    add(FILE, "Placeholder")
        .putAttr("dtype", text)
        .putAttr(
            "shape",
            AttrValue.newBuilder().setShape(TensorShapeProto.getDefaultInstance()).build());
    if (names.isEmpty()) {
      add(SAVED, "Identity", FILE).putAttr("T", text);
      add(RESTORED, "NoOp");
      return;
    }
    addTexts("save/names", names);
    addTexts("save/slices", Collections.nCopies(names.size(), ""));
    AttrValue types =
        AttrValue.newBuilder()
            .setList(
                AttrValue.ListValue.newBuilder()
                    .addAllType(Collections.nCopies(names.size(), DataType.DT_FLOAT)))
            .build();
    NodeDef.Builder save =
        add("save/SaveV2", "SaveV2", FILE, "save/names", "save/slices").putAttr("dtypes", types);
    names.forEach(name -> save.addInput(read(name)));
    add(SAVED, "Identity", FILE, "^save/SaveV2").putAttr("T", text);
    add("save/RestoreV2", "RestoreV2", FILE, "save/names", "save/slices").putAttr("dtypes", types);
    List<String> assigned = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String assignment = "save/Assign_" + i;
      add(assignment, "AssignVariableOp", names.get(i), "save/RestoreV2:" + i)
          .putAttr("dtype", type(DataType.DT_FLOAT));
      assigned.add("^" + assignment);
    }
    add(RESTORED, "NoOp", assigned.toArray(String[]::new));
  }

  private void addTexts(String name, List<String> texts) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_STRING);
    tensor.getTensorShapeBuilder().addDimBuilder().setSize(texts.size());
    texts.forEach(text -> tensor.addStringVal(ByteString.copyFromUtf8(text)));
    add(name, "Const")
        .putAttr("dtype", type(DataType.DT_STRING))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
  }

  private NodeDef.Builder add(String name, String operation, String... inputs) {
    return graph.addNodeBuilder().setName(name).setOp(operation).addAllInput(List.of(inputs));
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }
}
