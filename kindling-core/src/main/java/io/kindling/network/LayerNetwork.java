package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network of layers: an acyclic graph in an order in which every step's inputs come before it.
 * Made by {@link Network#sequential} and {@link Network#functional}.
 */
public final class LayerNetwork implements Network {

  static final String FORMAT = "kindling-layers";
  private static final int VERSION = 1;

  /**
   * One application of a layer.
   *
   * @param name unique in the network; the layer's name, or with a number behind where a shared
   *     layer is applied again
   * @param layer always named; steps whose layers have one name share its parameters
   * @param inputs names of inputs or of earlier steps
   */
  public record Step(String name, Layer layer, List<String> inputs) {
    public Step {
      if (name == null || layer == null || layer.name() == null) {
        throw new IllegalArgumentException(
            "Invalid step '" + name + "' of " + layer + ". Steps and their layers have names.");
      }
      inputs = List.copyOf(inputs);
    }
  }

  /** What the JSON text holds. */
  private record Document(
      @JsonProperty("format") String format,
      @JsonProperty("version") int version,
      @JsonProperty("inputs") List<TensorSpec> inputs,
      @JsonProperty("encodings") Map<String, Encoding> encodings,
      @JsonProperty("steps") List<Step> steps,
      @JsonProperty("outputs") List<String> outputs) {}

  private final List<Input> entries;
  private final List<TensorSpec> inputs;
  private final List<Step> steps;
  private final List<TensorSpec> outputs;
  private final Map<String, Shape> shapes;
  private final ParameterLayout parameters;
  private final ParameterLayout state;

  private LayerNetwork(List<Input> entries, List<Step> steps, List<String> outputNames) {
    this.entries = List.copyOf(entries);
    this.inputs = entries.stream().map(Input::spec).toList();
    this.steps = List.copyOf(steps);
    refuseLonelyPresences(this.entries);
    this.shapes = inferShapes(inputs, steps);
    List<TensorSpec> outputSpecs = new ArrayList<>();
    for (String output : outputNames) {
      if (!shapes.containsKey(output)) {
        throw new IllegalArgumentException(
            "Invalid network: its output '" + output + "' is none of its steps.");
      }
      outputSpecs.add(new TensorSpec(output, ElementType.FLOAT32, shapes.get(output)));
    }
    if (outputSpecs.isEmpty() || new LinkedHashSet<>(outputSpecs).size() != outputSpecs.size()) {
      throw new IllegalArgumentException(
          "Invalid network outputs " + outputNames + ". State at least one, and each once.");
    }
    this.outputs = List.copyOf(outputSpecs);
    List<ParameterSpec> trained = new ArrayList<>();
    List<ParameterSpec> moving = new ArrayList<>();
    Map<String, List<ParameterSpec>> seen = new HashMap<>();
    Map<String, Layer> layers = new HashMap<>();
    for (Step step : steps) {
      Layer other = layers.putIfAbsent(step.layer().name(), step.layer());
      if (other != null && !other.equals(step.layer())) {
        throw twoLayersOfOneName(other, step.layer());
      }
      List<Shape> in = inputShapes(step);
      List<ParameterSpec> own = step.layer().parameters(in);
      List<ParameterSpec> shared = seen.putIfAbsent(step.layer().name(), own);
      if (shared == null) {
        own.forEach(spec -> trained.add(inLayer(step.layer(), spec)));
        step.layer().state(in).forEach(spec -> moving.add(inLayer(step.layer(), spec)));
      } else if (!shared.equals(own)) {
        throw new IllegalArgumentException(
            "Invalid network: the shared layer '"
                + step.layer().name()
                + "' is applied to inputs of different sizes, "
                + "so that its parameters differ: "
                + shared
                + " and "
                + own
                + ".");
      }
    }
    this.parameters = ParameterLayout.of(trained);
    this.state = ParameterLayout.of(moving);
  }

  static LayerNetwork of(List<Input> inputs, List<Node> outputs) {
    Assembly assembly = new Assembly();
    inputs.forEach(assembly::addInput);
    outputs.forEach(assembly::reserveNames);
    List<String> outputNames = outputs.stream().map(assembly::nameOf).toList();
    return new LayerNetwork(inputs, assembly.steps(), outputNames);
  }

  /**
   * Makes the network of its canonical text.
   *
   * @throws IllegalArgumentException if the text is no network of layers
   */
  public static LayerNetwork parse(String json) {
    try {
      Document document = NetworkJson.MAPPER.readValue(json, Document.class);
      if (document == null) {
        throw new IllegalArgumentException("Invalid network: its text is 'null'.");
      }
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
      return new LayerNetwork(entries(document), document.steps(), document.outputs());
    } catch (InvalidTypeIdException e) {
      boolean isLayer = e.getBaseType() != null && e.getBaseType().hasRawClass(Layer.class);
      throw new IllegalArgumentException(
          isLayer
              ? "Unknown layer type '"
                  + e.getTypeId()
                  + "'. Known types are "
                  + LayerType.names()
                  + "."
              : "Invalid network: " + e.getOriginalMessage(),
          e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid network: " + e.getOriginalMessage(), e);
    }
  }

  private static List<Input> entries(Document document) {
    Set<String> strangers = new LinkedHashSet<>(document.encodings().keySet());
    List<Input> entries = new ArrayList<>();
    for (TensorSpec spec : document.inputs()) {
      strangers.remove(spec.name());
      entries.add(new Input(spec, Optional.ofNullable(document.encodings().get(spec.name()))));
    }
    if (!strangers.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid network: it has encodings of " + strangers + ", which are no inputs of it.");
    }
    return entries;
  }

  static IllegalArgumentException twoLayersOfOneName(Layer one, Layer other) {
    return new IllegalArgumentException(
        "Invalid network: two different layers are named '"
            + one.name()
            + "': "
            + one
            + " and "
            + other
            + ".");
  }

  private static ParameterSpec inLayer(Layer layer, ParameterSpec role) {
    return role.named(layer.name() + "/" + role.name());
  }

  private Map<String, Shape> inferShapes(List<TensorSpec> inputs, List<Step> steps) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (TensorSpec input : inputs) {
      if (shapes.put(input.name(), input.shape()) != null) {
        throw new IllegalArgumentException(
            "Invalid network: two inputs are named '" + input.name() + "'.");
      }
    }
    for (Step step : steps) {
      List<Shape> in = new ArrayList<>();
      for (String input : step.inputs()) {
        Shape shape = shapes.get(input);
        if (shape == null) {
          throw new IllegalArgumentException(
              "Invalid network: layer '"
                  + step.name()
                  + "' takes '"
                  + input
                  + "', which is no input and no step before it.");
        }
        in.add(shape);
      }
      Shape out;
      refuseSmallVocabulary(step, encodings());
      try {
        out = step.layer().outputShape(in);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Invalid network at layer '"
                + step.name()
                + "' ("
                + step.layer().getClass().getSimpleName()
                + "): "
                + e.getMessage()
                + (e.getMessage().endsWith(".") ? "" : "."),
            e);
      }
      if (shapes.put(step.name(), out) != null) {
        throw new IllegalArgumentException(
            "Invalid network: two steps or inputs are named '" + step.name() + "'.");
      }
    }
    return shapes;
  }

  /** An input that says where another has numbers needs that other. */
  private static void refuseLonelyPresences(List<Input> entries) {
    for (Input entry : entries) {
      if (entry.encoding().orElse(null) instanceof Presence presence
          && entries.stream()
              .noneMatch(
                  other ->
                      other.name().equals(presence.of())
                          && other.encoding().isEmpty()
                          && other.spec().shape().equals(entry.spec().shape()))) {
        throw new IllegalArgumentException(
            "Invalid network: input "
                + entry.spec()
                + " says where the input '"
                + presence.of()
                + "' has numbers, but there is no such input of numbers and of this shape.");
      }
    }
  }

  /**
   * Texts become numbers below the encoding's size: a layer that takes fewer would fail, or lose
   * some.
   */
  private static void refuseSmallVocabulary(Step step, Map<String, Encoding> encodings) {
    int takes =
        step.layer() instanceof Embedding embedding
            ? embedding.vocabulary()
            : step.layer() instanceof CategoryEncoding categories
                ? categories.size()
                : Integer.MAX_VALUE;
    for (String input : step.inputs()) {
      if (encodings.get(input) instanceof TextEncoding encoding && encoding.size() > takes) {
        throw new IllegalArgumentException(
            "Invalid network at layer '"
                + step.name()
                + "': it takes "
                + takes
                + " numbers, but input '"
                + input
                + "' has "
                + encoding.size()
                + ", from "
                + encoding
                + ". Use the encoding's size().");
      }
    }
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public Map<String, Encoding> encodings() {
    Map<String, Encoding> encodings = new LinkedHashMap<>();
    entries.forEach(entry -> entry.encoding().ifPresent(each -> encodings.put(entry.name(), each)));
    return encodings;
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs;
  }

  /** The applications of layers, in an order in which they can be computed. */
  public List<Step> steps() {
    return steps;
  }

  /** Whether a layer draws random numbers in training. */
  public boolean drawsRandomNumbers() {
    return steps.stream().anyMatch(step -> step.layer().drawsRandomNumbers());
  }

  /** Whether a layer takes statistics of ghost batches in training. */
  public boolean takesStatistics() {
    return steps.stream().anyMatch(step -> step.layer().takesStatistics());
  }

  /** The function that an output comes from last. */
  public Activation lastActivation(TensorSpec output) {
    return steps.stream()
        .filter(step -> step.name().equals(output.name()))
        .map(step -> step.layer().lastActivation())
        .findFirst()
        .orElse(Activation.LINEAR);
  }

  /**
   * This network up to other outputs: the values of layers inside it. Keeps all inputs, and of the
   * parameters those that matter.
   *
   * @param names of steps, see {@link #summary()}
   */
  @Override
  public LayerNetwork withOutputs(List<String> names) {
    List<String> unknown =
        names.stream()
            .filter(name -> steps.stream().noneMatch(step -> step.name().equals(name)))
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Unknown layers "
              + unknown
              + ". The network has "
              + steps.stream().map(Step::name).toList()
              + ".");
    }
    Set<String> needed = new HashSet<>(names);
    List<Step> kept = new ArrayList<>();
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (needed.contains(steps.get(i).name())) {
        needed.addAll(steps.get(i).inputs());
        kept.add(0, steps.get(i));
      }
    }
    return new LayerNetwork(entries, kept, names);
  }

  /** The row shape of an input or a step. */
  public Shape shape(String name) {
    return shapes.get(name);
  }

  /** The row shapes a step takes. */
  public List<Shape> inputShapes(Step step) {
    return step.inputs().stream().map(shapes::get).toList();
  }

  @Override
  public ParameterLayout parameters() {
    return parameters;
  }

  @Override
  public ParameterLayout state() {
    return state;
  }

  @Override
  public String toJson() {
    try {
      return NetworkJson.MAPPER.writeValueAsString(
          new Document(
              FORMAT,
              VERSION,
              inputs,
              encodings(),
              steps,
              outputs.stream().map(TensorSpec::name).toList()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write the network as JSON", e);
    }
  }

  @Override
  public long widestRowBytes() {
    long between =
        steps.stream()
            .mapToLong(step -> (long) Float.BYTES * shapes.get(step.name()).size())
            .max()
            .orElse(0);
    return Math.max(between, Network.super.widestRowBytes());
  }

  @Override
  public String summary() {
    return NetworkSummary.of(this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LayerNetwork that
        && entries.equals(that.entries)
        && steps.equals(that.steps)
        && outputs.equals(that.outputs);
  }

  @Override
  public int hashCode() {
    return steps.hashCode();
  }

  @Override
  public String toString() {
    return summary();
  }

  /** Reads networks of layers. */
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
