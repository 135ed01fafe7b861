package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.keras.Connections.Call;
import io.kindling.keras.Connections.Source;
import io.kindling.keras.KerasGraph.Entry;
import io.kindling.network.Input;
import io.kindling.network.LayerNetwork;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.predict.Finding;
import io.kindling.tensor.Shape;
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
 * Makes our network of a tree of Keras's. Models inside models are laid flat: their layers are
 * applied where the model is, under its name and theirs, so that a model that is shared is a set of
 * layers that are.
 */
final class Assembly {

  /**
   * What became of a tree.
   *
   * @param weights of all layers that have arrays, each once
   * @param fills numbers for arrays of ours that the file leaves out, by our names
   */
  record Built(LayerNetwork network, List<LayerWeights> weights, Map<String, Float> fills) {}

  private final Findings findings;
  private final Map<String, Shape> rows;
  private final Map<String, float[]> constants;
  private final long room;
  private final Map<String, LayerWeights> weights = new LinkedHashMap<>();
  private final Map<String, Float> fills = new HashMap<>();
  private int applications;

  /**
   * Prepares one.
   *
   * @param rows shapes of rows by the names of inputs, where the file leaves them free
   * @param constants arrays of the file that are settings of ours, as far as they were read
   * @param room numbers that the file can hold
   */
  Assembly(Findings findings, Map<String, Shape> rows, Map<String, float[]> constants, long room) {
    this.findings = findings;
    this.rows = rows;
    this.constants = constants;
    this.room = room;
  }

  /**
   * Makes the network.
   *
   * @throws IllegalArgumentException with all findings, if there are any
   */
  Built of(KerasGraph model) {
    refuseUnknownKinds(model);
    findings.throwIfAny();
    List<Input> inputs = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    for (Input input : inputs(model)) {
      inputs.add(input);
      values.add(Value.of(input, input.spec().shape()));
    }
    refuseStrangers(inputs);
    findings.throwIfAny();
    List<Value> outputs = applied(model, values);
    findings.throwIfAny();
    List<Node> nodes = new ArrayList<>(new LinkedHashSet<>(nodes(outputs)));
    LayerNetwork network;
    try {
      network = Network.functional(inputs, nodes);
    } catch (IllegalArgumentException e) {
      findings.add(e.getMessage().replaceAll("\\.$", ""));
      findings.throwIfAny();
      throw e;
    }
    return new Built(network, List.copyOf(weights.values()), Map.copyOf(fills));
  }

  private static List<Node> nodes(List<Value> values) {
    return values.stream().map(Value::node).toList();
  }

  // What is not known at all, over all layers, before one is applied.

  private void refuseUnknownKinds(KerasGraph model) {
    for (Entry entry : model.layers()) {
      if (entry.isOperation()) {
        if (!Operations.isKnown(entry.config().kind())) {
          entry.config().refuse("Unsupported operation, only " + Operations.names());
        }
      } else if (entry.model().isPresent()) {
        refuseUnknownKinds(entry.model().get());
      } else if (!entry.isInput()) {
        refuseUnknownKind(entry.config());
      }
    }
  }

  private void refuseUnknownKind(LayerConfig config) {
    if (config.kind().equals("Lambda")) {
      config.refuse("Unsupported, it holds code of Python, which is never run");
      return;
    }
    if (KerasLayer.named(config.kind()).isEmpty()) {
      config.refuse("Unsupported layer; docs/models.md lists those that are known");
      return;
    }
    config.only("data_format", "channels_last", null);
    String policy = config.raw("dtype").toString();
    if (policy.contains("int8") || policy.contains("float8") || policy.contains("int4")) {
      config.refuse(
          "Unsupported quantization, its dtype is " + LayerConfig.shown(config.raw("dtype")));
    }
    config.inner("layer").ifPresent(this::refuseUnknownKind);
  }

  // Inputs.

  private List<Input> inputs(KerasGraph model) {
    if (!model.isSequential()) {
      Map<String, Entry> byKey = new HashMap<>();
      model.layers().forEach(entry -> byKey.put(entry.key(), entry));
      List<Input> inputs = new ArrayList<>();
      for (Source source : Connections.listed(model.settings().path("input_layers"))) {
        Entry entry = byKey.get(source.layer());
        if (entry == null || !entry.isInput()) {
          findings.add("its input '" + source.layer() + "' is no InputLayer");
        } else {
          input(entry.config(), entry.config().name()).ifPresent(inputs::add);
        }
      }
      if (inputs.isEmpty()) {
        findings.add("it has no inputs");
      }
      return inputs;
    }
    LayerConfig first = innermostFirst(model).config();
    String name =
        model.layers().get(0).isInput()
            ? model.layers().get(0).key()
            : model.layers().get(0).key() + "_input";
    return input(first, declared(model, first), name).map(List::of).orElse(List.of());
  }

  /** The layer of a sequential model that says what it takes. */
  private static Entry innermostFirst(KerasGraph model) {
    Entry first = model.layers().get(0);
    while (first.model().isPresent()) {
      first = first.model().get().layers().get(0);
    }
    return first;
  }

  private static JsonNode declared(KerasGraph model, LayerConfig first) {
    JsonNode declared = declared(first);
    return declared.isArray() ? declared : model.settings().path("build_input_shape");
  }

  private static JsonNode declared(LayerConfig config) {
    return config.has("batch_shape") ? config.raw("batch_shape") : config.raw("batch_input_shape");
  }

  private Optional<Input> input(LayerConfig config, String name) {
    return input(config, declared(config), name);
  }

  private Optional<Input> input(LayerConfig config, JsonNode declared, String name) {
    Optional<Shape> shape = row(declared, name);
    if (shape.isEmpty()) {
      return Optional.empty();
    }
    config.only("sparse", false);
    config.only("ragged", false);
    int[] dimensions = shape.get().dimensions().stream().mapToInt(Integer::intValue).toArray();
    String type = config.kind().equals("InputLayer") ? config.text("dtype", "float32") : "float32";
    if (type.equals("string")) {
      findings.add(
          "input '" + name + "': Unsupported strings, only numbers. Index the texts before");
    }
    boolean isWhole = type.startsWith("int") || type.startsWith("uint") || type.equals("bool");
    return Optional.of(
        isWhole ? Input.ofWholeNumbers(name, dimensions) : Input.of(name, dimensions));
  }

  private Optional<Shape> row(JsonNode declared, String name) {
    Shape given = rows.get(name);
    if (!declared.isArray() || declared.isEmpty()) {
      if (given == null) {
        findings.add(
            Finding.Kind.SHAPE,
            "input '"
                + name
                + "': the file does not say its shape. State it, for example"
                + " KerasModel.read(file, Map.of(\""
                + name
                + "\", Shape.of(28, 28, 1)))");
      }
      return Optional.ofNullable(given);
    }
    int[] dimensions = new int[declared.size() - 1];
    boolean isFree = false;
    for (int i = 0; i < dimensions.length; i++) {
      JsonNode dimension = declared.get(i + 1);
      boolean isStated = dimension.canConvertToInt() && dimension.isNumber();
      isFree |= !isStated;
      dimensions[i] =
          isStated
              ? dimension.asInt()
              : given == null || given.rank() <= i ? 1 : given.dimension(i);
    }
    try {
      Shape shape = Shape.of(dimensions);
      if (isFree && given == null) {
        findings.add(
            Finding.Kind.SHAPE,
            "input '"
                + name
                + "': its shape "
                + declared
                + " leaves sizes free. State those of a row, for example KerasModel.read(file,"
                + " Map.of(\""
                + name
                + "\", Shape.of"
                + shape.toString().replace('[', '(').replace(']', ')')
                + "))");
      } else if (given != null && !given.equals(shape)) {
        findings.add(
            Finding.Kind.SHAPE,
            "input '" + name + "': the stated shape " + given + " does not suit " + declared);
      }
      return Optional.of(shape);
    } catch (IllegalArgumentException e) {
      findings.add(
          Finding.Kind.SHAPE, "input '" + name + "': " + e.getMessage().replaceAll("\\.$", ""));
      return Optional.empty();
    }
  }

  private void refuseStrangers(List<Input> inputs) {
    for (String name : rows.keySet()) {
      if (inputs.stream().noneMatch(input -> input.name().equals(name))) {
        findings.add(
            "a shape is stated for '"
                + name
                + "', but the inputs are "
                + inputs.stream().map(Input::name).toList());
      }
    }
  }

  // Layers.

  /** What a model makes of values; empty where a finding stands in the way. */
  private List<Value> applied(KerasGraph model, List<Value> inputs) {
    return model.isSequential() ? chained(model, inputs) : connected(model, inputs);
  }

  private List<Value> chained(KerasGraph model, List<Value> inputs) {
    List<Value> values = inputs;
    for (Entry entry : model.layers()) {
      if (!entry.isInput() && !values.isEmpty()) {
        values = results(entry, values, Map.of(), List.of(), Map.of());
      }
    }
    return values;
  }

  private List<Value> connected(KerasGraph model, List<Value> inputs) {
    Map<Source, Value> made = new HashMap<>();
    Set<String> missing = new HashSet<>();
    List<Source> entries = Connections.listed(model.settings().path("input_layers"));
    if (entries.size() != inputs.size()) {
      findings.add(
          "model '"
              + model.name()
              + "' takes "
              + entries.size()
              + " inputs but is called with "
              + inputs.size());
      return List.of();
    }
    for (int i = 0; i < entries.size(); i++) {
      made.put(entries.get(i), inputs.get(i));
    }
    List<Pending> pending = new ArrayList<>();
    for (Entry entry : model.layers()) {
      if (!entry.isInput()) {
        for (Call call : Connections.of(entry.calls())) {
          pending.add(new Pending(entry, pending.size(), call));
        }
      }
    }
    List<Source> named = Connections.listed(model.settings().path("output_layers"));
    Map<String, Integer> offsets = offsets(pending, named, model);
    pending = numbered(pending, offsets);
    while (!pending.isEmpty()) {
      List<Pending> later = new ArrayList<>();
      for (Pending each : pending) {
        if (each.call().all().stream().anyMatch(source -> missing.contains(key(source)))) {
          missing.add(each.entry().key() + "/" + each.place());
        } else if (made.keySet().containsAll(each.call().all())) {
          List<Value> results = results(each, made);
          for (int i = 0; i < results.size(); i++) {
            made.put(new Source(each.entry().key(), each.place(), i), results.get(i));
          }
          if (results.isEmpty()) {
            missing.add(each.entry().key() + "/" + each.place());
          }
        } else {
          later.add(each);
        }
      }
      if (later.size() == pending.size()) {
        if (findings.isEmpty()) {
          findings.add(
              "the layers "
                  + later.stream().limit(10).map(each -> each.entry().config().name()).toList()
                  + " take what no layer before them makes");
        }
        return List.of();
      }
      pending = later;
    }
    return outputs(Connections.counted(named, outputOffsets(model, offsets)), made);
  }

  /** Applications, numbered from 0 for each layer. */
  private static List<Pending> numbered(List<Pending> pending, Map<String, Integer> offsets) {
    Map<String, Integer> next = new HashMap<>();
    List<Pending> numbered = new ArrayList<>();
    for (Pending each : pending) {
      int place = next.merge(each.entry().key(), 1, Integer::sum) - 1;
      numbered.add(new Pending(each.entry(), place, each.call().counted(offsets)));
    }
    return numbered;
  }

  /**
   * What the numbers of applications begin with, by layer, where layers name them. Keras counts the
   * making of a model as its first application: Keras 2 in all of its configuration, so that the
   * smallest number that stands anywhere is the first; Keras 3 only among outputs.
   */
  private static Map<String, Integer> offsets(
      List<Pending> pending, List<Source> outputs, KerasGraph model) {
    Map<String, Integer> offsets = new HashMap<>();
    if (!isOfKeras3(model)) {
      outputs.forEach(source -> offsets.merge(source.layer(), source.call(), Math::min));
      pending.stream()
          .flatMap(each -> each.call().all().stream())
          .forEach(source -> offsets.merge(source.layer(), source.call(), Math::min));
    }
    return offsets;
  }

  private static boolean isOfKeras3(KerasGraph model) {
    return model.layers().stream().anyMatch(entry -> entry.calls().path(0).isObject());
  }

  /** An application that waits for what it takes. */
  private record Pending(Entry entry, int place, Call call) {}

  private static String key(Source source) {
    return source.layer() + "/" + source.call();
  }

  private static Map<String, Integer> outputOffsets(
      KerasGraph model, Map<String, Integer> offsets) {
    if (!isOfKeras3(model)) {
      return offsets;
    }
    Map<String, Integer> ones = new HashMap<>();
    model.layers().stream()
        .filter(entry -> entry.model().isPresent() && !entry.model().get().isSequential())
        .forEach(entry -> ones.put(entry.key(), 1));
    return ones;
  }

  private List<Value> outputs(List<Source> named, Map<Source, Value> made) {
    List<Value> outputs = new ArrayList<>();
    for (Source source : named) {
      Value value = made.get(source);
      if (value != null) {
        outputs.add(value);
      } else if (findings.isEmpty()) {
        findings.add("its output '" + source.layer() + "' is made by no layer");
      }
    }
    if (outputs.isEmpty() && findings.isEmpty()) {
      findings.add("it has no outputs");
    }
    return outputs;
  }

  private List<Value> results(Pending pending, Map<Source, Value> made) {
    Map<String, Value> named = new HashMap<>();
    pending.call().namedSources().forEach((name, source) -> named.put(name, made.get(source)));
    return results(
        pending.entry(),
        pending.call().sources().stream().map(made::get).toList(),
        named,
        pending.call().positional(),
        pending.call().arguments());
  }

  private List<Value> results(
      Entry entry,
      List<Value> inputs,
      Map<String, Value> named,
      List<JsonNode> positional,
      Map<String, JsonNode> arguments) {
    applications++;
    if (applications > Limits.LAYERS) {
      findings.add("its layers are applied more than " + Limits.LAYERS + " times");
      findings.throwIfAny();
    }
    if (entry.model().isPresent()) {
      return applied(entry.model().get(), inputs);
    }
    LayerConfig config = entry.config();
    LayerCall call = new LayerCall(config, inputs, named, arguments, constants, room);
    try {
      if (!entry.isOperation()
          && inputs.stream().anyMatch(input -> input.unequalTo().isPresent())) {
        throw config.refusal("Unsupported input, a comparison");
      }
      Value value =
          entry.isOperation()
              ? Operations.of(call, positional)
              : KerasLayer.named(config.kind()).orElseThrow().translation().of(call);
      register(entry, call);
      return List.of(carriesMask(entry, value) ? value.masked(inputs.get(0).mask()) : value);
    } catch (Refusal e) {
      findings.add(e.getMessage().replaceAll("\\.$", ""));
      return List.of();
    } catch (IllegalArgumentException | IndexOutOfBoundsException | ArithmeticException e) {
      // Of a layer of ours that cannot be made of such settings, or not of such an input.
      config.refuse(String.valueOf(e.getMessage()).replaceAll("\\.$", ""));
      return List.of();
    }
  }

  /** Whether a layer leaves the mask of its input to what stands behind it. */
  private static boolean carriesMask(Entry entry, Value value) {
    return value.mask().isEmpty()
        && KerasLayer.CARRIES_MASK.contains(entry.config().kind())
        && !entry.isOperation();
  }

  private void register(Entry entry, LayerCall call) {
    if (!call.arrays().isEmpty()) {
      weights.putIfAbsent(
          entry.config().name(),
          new LayerWeights(entry.place(), entry.config().flag("trainable", true), call.arrays()));
    }
    fills.putAll(call.fills());
  }
}
