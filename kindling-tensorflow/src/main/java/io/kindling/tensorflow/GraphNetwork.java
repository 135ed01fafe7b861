package io.kindling.tensorflow;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.kindling.engine.Objective;
import io.kindling.network.Initializer;
import io.kindling.network.Network;
import io.kindling.network.NetworkFormat;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterSpec;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.types.TFloat32;

/**
 * A network drawn with TensorFlow's own operations, which brings its own loss.
 *
 * <pre>{@code
 * GraphNetwork linear = GraphNetwork.of(g -> {
 *   Ops tf = g.tf();
 *   Operand<TFloat32> x = g.input("x", 4);
 *   Operand<TFloat32> t = g.target("t", FLOAT32, 1).asOutput().expect(TFloat32.class);
 *   Operand<TFloat32> w = g.parameter("w", Shape.of(4, 1), Initializer.glorotUniform());
 *   Operand<TFloat32> y = tf.linalg.matMul(x, w);
 *   return GraphNetwork.drawn("y", y)
 *       .withLoss(tf.math.mean(tf.math.squaredDifference(y, t), tf.constant(new int[] {0, 1})));
 * });
 * }</pre>
 *
 * <p>The network is the graph, not the lambda: it keeps TensorFlow's definition of the graph and
 * can be sent and saved like any other. A graph is a program, so that operations which touch files,
 * the network or host code, or keep state of their own, are refused, also when a graph is read.
 */
public final class GraphNetwork implements Network, Objective.OwnLoss {

  static final String FORMAT = "tensorflow-graph";

  /** What the operations of parameters are called, before their number. */
  private static final String PARAMETER = "kindling_parameter_";

  private static final int VERSION = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(NetworkFormat.jsonFactory())
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /** A column, parameter or output and the tensor of the graph, {@code operation:output}. */
  private record Column(
      @JsonProperty("spec") TensorSpec spec, @JsonProperty("tensor") String tensor) {}

  private record Parameter(
      @JsonProperty("spec") ParameterSpec spec, @JsonProperty("tensor") String tensor) {}

  /** What the JSON text holds. */
  private record Document(
      @JsonProperty("format") String format,
      @JsonProperty("version") int version,
      @JsonProperty("graph") byte[] graph,
      @JsonProperty("inputs") List<Column> inputs,
      @JsonProperty("targets") List<Column> targets,
      @JsonProperty("parameters") List<Parameter> parameters,
      @JsonProperty("outputs") List<Column> outputs,
      @JsonProperty("loss") String loss) {}

  private final ByteString graph;
  private final List<Column> inputs;
  private final List<Column> targets;
  private final List<Parameter> parameters;
  private final List<Column> outputs;
  private final String loss;
  private final ParameterLayout layout;

  private GraphNetwork(
      ByteString graph,
      List<Column> inputs,
      List<Column> targets,
      List<Parameter> parameters,
      List<Column> outputs,
      String loss) {
    this.graph = graph;
    this.inputs = List.copyOf(inputs);
    this.targets = List.copyOf(targets);
    this.parameters = List.copyOf(parameters);
    this.outputs = List.copyOf(outputs);
    this.loss = loss;
    if (inputs.isEmpty() || outputs.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid network: it has "
              + inputs.size()
              + " inputs and "
              + outputs.size()
              + " outputs. It needs at least one of each.");
    }
    this.layout = ParameterLayout.of(parameters.stream().map(Parameter::spec).toList());
    GraphDef definition = definition();
    requireTensors(definition);
    AllowedOperations.requireComputation(definition);
  }

  private void requireTensors(GraphDef definition) {
    Set<String> operations =
        definition.getNodeList().stream().map(NodeDef::getName).collect(Collectors.toSet());
    List<String> missing =
        Stream.of(
                inputs.stream().map(Column::tensor),
                targets.stream().map(Column::tensor),
                parameters.stream().map(Parameter::tensor),
                outputs.stream().map(Column::tensor),
                Stream.of(loss))
            .flatMap(tensors -> tensors)
            .filter(tensor -> !operations.contains(tensor.replaceFirst(":\\d+$", "")))
            .toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid network: its graph has no "
              + missing
              + ", which its inputs, targets, parameters, outputs or loss name.");
    }
  }

  /**
   * Outputs and the loss of a graph, which {@link #of} turns into a network.
   *
   * @param outputs by name: rows first, float or of another element type
   * @param loss the mean over the rows, or one number per row; null until stated
   */
  public record Drawing(Map<String, Operand<?>> outputs, Operand<TFloat32> loss) {

    public Drawing {
      outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    }

    /** With one more output. */
    public Drawing withOutput(String name, Operand<?> output) {
      Map<String, Operand<?>> more = new LinkedHashMap<>(outputs);
      more.put(name, output);
      return new Drawing(more, loss);
    }

    /** With what training makes small: a scalar, the mean over the rows, or one number per row. */
    public Drawing withLoss(Operand<TFloat32> loss) {
      return new Drawing(outputs, loss);
    }
  }

  /** A drawing with one output, to which the loss is added. */
  public static Drawing drawn(String name, Operand<?> output) {
    return new Drawing(Map.of(name, output), null);
  }

  /**
   * The network that a function draws. The function is called once and not kept.
   *
   * @throws IllegalArgumentException if it states no loss, or draws what a network cannot hold
   */
  public static GraphNetwork of(Function<GraphSketch, Drawing> draw) {
    NativeLibrary.prepare();
    try (Graph graph = new Graph()) {
      Sketch sketch = new Sketch(graph);
      Drawing drawing = draw.apply(sketch);
      if (drawing == null || drawing.loss() == null) {
        throw new IllegalArgumentException(
            "The network has no loss. Return GraphNetwork.drawn(…).withLoss(…) with the mean over "
                + "the rows, or one number per row.");
      }
      int rank = drawing.loss().shape().numDimensions();
      if (rank != 0 && rank != 1) {
        throw new IllegalArgumentException(
            "Invalid loss of shape "
                + drawing.loss().shape()
                + ". Use a scalar, the mean over the rows, or a vector with one number per row.");
      }
      if (!sketch.parameters.isEmpty()
          && Reached.by(drawing.loss()).names().stream()
              .noneMatch(operation -> operation.startsWith(PARAMETER))) {
        throw new IllegalArgumentException(
            "The loss depends on none of the network's parameters, so that training would change"
                + " nothing. Compute it from an output.");
      }
      List<Column> outputs = new ArrayList<>();
      drawing
          .outputs()
          .forEach(
              (name, output) ->
                  outputs.add(
                      new Column(
                          new TensorSpec(
                              name,
                              NativeTypes.elementType(output.asOutput().dataType(), name),
                              NativeTypes.row(output.shape(), name)),
                          tensor(output))));
      return new GraphNetwork(
          bytes(graph.toGraphDef()),
          sketch.inputs,
          sketch.targets,
          sketch.parameters,
          outputs,
          tensor(drawing.loss()));
    }
  }

  /**
   * Makes the network of its canonical text.
   *
   * @throws IllegalArgumentException if the text is no such network, or its graph has operations
   *     that are refused
   */
  public static GraphNetwork parse(String json) {
    try {
      Document document = MAPPER.readValue(json, Document.class);
      if (!FORMAT.equals(document.format()) || document.version() != VERSION) {
        throw new IllegalArgumentException(
            "Unsupported network format '"
                + document.format()
                + "' version "
                + document.version()
                + ". This is Kindling's "
                + FORMAT
                + " version "
                + VERSION
                + ".");
      }
      if (document.graph() == null
          || document.inputs() == null
          || document.targets() == null
          || document.parameters() == null
          || document.outputs() == null
          || document.loss() == null) {
        throw new IllegalArgumentException("Invalid network: a field of its text is missing.");
      }
      return new GraphNetwork(
          ByteString.copyFrom(document.graph()),
          document.inputs(),
          document.targets(),
          document.parameters(),
          document.outputs(),
          document.loss());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid network: " + e.getOriginalMessage(), e);
    }
  }

  /** Collects what a drawing function asks for. */
  private static final class Sketch implements GraphSketch {

    private final Ops tf;
    private final List<Column> inputs = new ArrayList<>();
    private final List<Column> targets = new ArrayList<>();
    private final List<Parameter> parameters = new ArrayList<>();

    Sketch(Graph graph) {
      tf = Ops.create(graph);
    }

    @Override
    public Ops tf() {
      return tf;
    }

    @Override
    public Operand<TFloat32> input(String name, int... dimensions) {
      return input(name, ElementType.FLOAT32, dimensions).asOutput().expect(TFloat32.class);
    }

    @Override
    public Operand<?> input(String name, ElementType type, int... dimensions) {
      return column(new TensorSpec(name, type, Shape.of(dimensions)), inputs, "input");
    }

    @Override
    public Operand<?> target(String name, ElementType type, int... dimensions) {
      return column(new TensorSpec(name, type, Shape.of(dimensions)), targets, "target");
    }

    private Operand<?> column(TensorSpec spec, List<Column> columns, String role) {
      for (Column other : columns) {
        if (other.spec().name().equals(spec.name())) {
          throw new IllegalArgumentException(
              "Invalid network: two " + role + "s are named '" + spec.name() + "'.");
        }
      }
      Operand<?> placeholder =
          tf.withName("kindling_" + role + "_" + columns.size())
              .placeholder(
                  NativeTypes.javaType(spec.type()),
                  Placeholder.shape(NativeTypes.rows(spec.shape())));
      columns.add(new Column(spec, tensor(placeholder)));
      return placeholder;
    }

    @Override
    public Operand<TFloat32> parameter(String name, Shape shape, Initializer initializer) {
      Operand<TFloat32> placeholder =
          tf.withName(PARAMETER + parameters.size())
              .placeholder(
                  TFloat32.class,
                  Placeholder.shape(
                      org.tensorflow.ndarray.Shape.of(NativeTypes.dimensions(shape))));
      parameters.add(
          new Parameter(new ParameterSpec(name, shape, initializer), tensor(placeholder)));
      return placeholder;
    }
  }

  private static String tensor(Operand<?> operand) {
    return operand.op().name() + ":" + operand.asOutput().index();
  }

  /** The same bytes for the same graph. */
  private static ByteString bytes(GraphDef definition) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(definition.getSerializedSize());
    CodedOutputStream stream = CodedOutputStream.newInstance(bytes);
    stream.useDeterministicSerialization();
    try {
      definition.writeTo(stream);
      stream.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Failed to write a graph to memory", e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }

  GraphDef definition() {
    try {
      return GraphDef.parseFrom(graph);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "Invalid network: its graph is no TensorFlow graph. " + e.getMessage(), e);
    }
  }

  Map<String, String> parameterTensors() {
    Map<String, String> tensors = new LinkedHashMap<>();
    parameters.forEach(parameter -> tensors.put(parameter.spec().name(), parameter.tensor()));
    return tensors;
  }

  Map<TensorSpec, String> columnTensors() {
    Map<TensorSpec, String> tensors = new LinkedHashMap<>();
    inputs.forEach(column -> tensors.put(column.spec(), column.tensor()));
    targets.forEach(column -> tensors.put(column.spec(), column.tensor()));
    return tensors;
  }

  Map<String, String> outputTensors() {
    Map<String, String> tensors = new LinkedHashMap<>();
    outputs.forEach(column -> tensors.put(column.spec().name(), column.tensor()));
    return tensors;
  }

  String lossTensor() {
    return loss;
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs.stream().map(Column::spec).toList();
  }

  @Override
  public List<TensorSpec> targets() {
    return targets.stream().map(Column::spec).toList();
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs.stream().map(Column::spec).toList();
  }

  @Override
  public ParameterLayout parameters() {
    return layout;
  }

  @Override
  public ParameterLayout state() {
    return ParameterLayout.of(List.of());
  }

  @Override
  public String toJson() {
    try {
      return MAPPER.writeValueAsString(
          new Document(
              FORMAT, VERSION, graph.toByteArray(), inputs, targets, parameters, outputs, loss));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write the network as JSON", e);
    }
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append("A TensorFlow graph of ")
        .append(definition().getNodeCount())
        .append(" operations\n  inputs     ")
        .append(inputs())
        .append("\n  targets    ")
        .append(targets())
        .append("\n  outputs    ")
        .append(outputs())
        .append('\n');
    for (Parameter parameter : parameters) {
      text.append("  parameter  '")
          .append(parameter.spec().name())
          .append("' ")
          .append(parameter.spec().shape())
          .append('\n');
    }
    return text.append("  ").append(layout.count()).append(" parameters").toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GraphNetwork that
        && graph.equals(that.graph)
        && inputs.equals(that.inputs)
        && targets.equals(that.targets)
        && parameters.equals(that.parameters)
        && outputs.equals(that.outputs)
        && loss.equals(that.loss);
  }

  @Override
  public int hashCode() {
    return graph.hashCode();
  }

  @Override
  public String toString() {
    return summary();
  }

  /** Reads networks that are TensorFlow graphs. */
  public static final class Format implements NetworkFormat {

    /** For the service loader. */
    public Format() {}

    @Override
    public String name() {
      return FORMAT;
    }

    @Override
    public Network read(String json) {
      return parse(json);
    }
  }
}
