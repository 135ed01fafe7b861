package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.keras.LayerWeights.Stored;
import io.kindling.keras.LayerWeights.Target;
import io.kindling.keras.LayerWeights.Use;
import io.kindling.network.Activation;
import io.kindling.network.Layer;
import io.kindling.network.Node;
import io.kindling.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One application of a layer of the file, while it becomes layers of ours: one or a few, of which
 * the last has the name of the file's. States where the arrays of the file go.
 */
final class LayerCall {

  private final LayerConfig config;
  private final List<Value> inputs;
  private final Map<String, JsonNode> arguments;
  private final Map<String, Value> namedInputs;
  private final Map<String, float[]> constants;
  private final long room;
  private final List<Stored> arrays = new ArrayList<>();
  private final Map<String, Float> fills = new HashMap<>();
  private final List<Layer> applied = new ArrayList<>();

  /**
   * Begins one.
   *
   * @param inputs by position
   * @param namedInputs by the names of arguments
   * @param arguments all else that it was called with and that is not null
   * @param constants arrays of the file that are settings of ours, as far as they are known
   * @param room numbers that the file can hold
   */
  LayerCall(
      LayerConfig config,
      List<Value> inputs,
      Map<String, Value> namedInputs,
      Map<String, JsonNode> arguments,
      Map<String, float[]> constants,
      long room) {
    this.config = config;
    this.inputs = List.copyOf(inputs);
    this.namedInputs = Map.copyOf(namedInputs);
    this.arguments = Map.copyOf(arguments);
    this.constants = constants;
    this.room = room;
  }

  /** One of a layer inside this one. */
  LayerCall inside(LayerConfig inner, Value input) {
    return new LayerCall(inner, List.of(input), Map.of(), Map.of(), Map.of(), room);
  }

  LayerConfig config() {
    return config;
  }

  List<Value> inputs() {
    return inputs;
  }

  /** An input by the name of its argument, such as {@code value}. */
  Optional<Value> input(String argument) {
    return Optional.ofNullable(namedInputs.get(argument));
  }

  /** Whether it was called with a flag. */
  boolean isCalledWith(String argument) {
    return arguments.containsKey(argument) && arguments.get(argument).asBoolean();
  }

  /** The input of a layer that takes one. */
  Value input() {
    if (inputs.size() != 1) {
      throw config.refusal("it takes 1 input but got " + inputs.size());
    }
    return inputs.get(0);
  }

  Shape shape() {
    return input().shape();
  }

  /** The mask of what it takes: stated, or carried along. */
  Optional<Value> mask() {
    return input("mask").or(() -> inputs.get(0).mask());
  }

  /** The name of a layer of ours that stands before the last. */
  String named(String part) {
    return config.name() + "_" + part;
  }

  /** Applies the last layer of ours. */
  Value last(Layer layer, Value... to) {
    return apply(layer, config.name(), to);
  }

  /** Applies a layer of ours that stands before the last. */
  Value before(String part, Layer layer, Value... to) {
    return apply(layer, named(part), to);
  }

  /**
   * Applies a layer of ours and the function behind it, where that is one which the layer does not
   * have inside.
   *
   * @return what the function made; the layer's name is {@link #nameOf}
   */
  Value last(Layer layer, Function function, Value... to) {
    return function.behind().isEmpty()
        ? last(layer, to)
        : last(function.behind().get(), before("linear", layer, to));
  }

  /** The name that a layer before a function has. */
  String nameOf(Function function) {
    return function.behind().isEmpty() ? config.name() : named("linear");
  }

  private Value apply(Layer layer, String name, Value... to) {
    Layer named = layer.named(name);
    Node[] nodes = Arrays.stream(to).map(Value::node).toArray(Node[]::new);
    try {
      applied.add(named);
      Shape shape = named.outputShape(Arrays.stream(to).map(Value::shape).toList());
      return Value.of(named.on(nodes), shape);
    } catch (IllegalArgumentException e) {
      throw config.refusal(e.getMessage());
    }
  }

  /** A layer's own function, or one that comes behind it as a layer. */
  record Function(Activation inside, Optional<Layer> behind) {
    static final Function NONE = new Function(Activation.LINEAR, Optional.empty());
  }

  // Arrays, in Keras's order.

  /** An array that is trained and becomes one of ours as it is. */
  LayerCall weight(String layer, String role, int... shape) {
    return weight("", layer, role, shape);
  }

  /** The same of a part of the layer. */
  LayerCall weight(String folder, String layer, String role, int... shape) {
    Shape whole = Shape.of(shape);
    return weight(folder, whole, new Target(Use.PARAMETER, layer + "/" + role, 0, whole.size()));
  }

  /** An array that is trained and becomes several of ours, one behind the other. */
  LayerCall weight(String folder, Shape shape, Target... targets) {
    add(folder, true, shape, targets);
    return this;
  }

  /** An array that is not trained and becomes state of ours. */
  LayerCall state(String folder, String layer, String role, int... shape) {
    Shape whole = Shape.of(shape);
    add(folder, false, whole, new Target(Use.STATE, layer + "/" + role, 0, whole.size()));
    return this;
  }

  /**
   * An array that is a setting of ours: as the file has it, or {@code meanwhile} until it is read.
   */
  float[] constant(String role, float meanwhile, int... shape) {
    Shape whole = Shape.of(shape);
    String name = config.name() + "/" + role;
    add("", false, whole, new Target(Use.CONSTANT, name, 0, whole.size()));
    float[] unknown = new float[whole.size()];
    Arrays.fill(unknown, meanwhile);
    return constants.getOrDefault(name, unknown);
  }

  /** An array that Keras has and nobody needs. */
  void unused(int... shape) {
    add("", false, Shape.of(shape));
  }

  /** An array that ours has and Keras leaves out. */
  LayerCall fill(String layer, String role, float value) {
    fills.put(layer + "/" + role, value);
    return this;
  }

  private void add(String folder, boolean isTrained, Shape shape, Target... targets) {
    if (shape.size() > room) {
      throw config.refusal("its array " + shape + " has more numbers than the file has room for");
    }
    int index = (int) arrays.stream().filter(each -> each.folder().equals(folder)).count();
    arrays.add(new Stored(config.title(), folder, index, isTrained, shape, Arrays.asList(targets)));
  }

  /** The layers of ours so far. */
  List<Layer> applied() {
    return applied;
  }

  List<Stored> arrays() {
    return arrays;
  }

  Map<String, Float> fills() {
    return fills;
  }
}
