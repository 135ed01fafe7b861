package io.kindling.keras;

import io.kindling.keras.LayerWeights.Target;
import io.kindling.keras.LayerWeights.Use;
import io.kindling.network.MultiHeadAttention;
import io.kindling.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Attention. */
final class AttentionLayers {

  private AttentionLayers() {}

  static List<KerasLayer> all() {
    return List.of(
        new KerasLayer(
            "MultiHeadAttention",
            "`MultiHeadAttention`",
            "of sequences; `value_dim` as `key_dim`; keys that are the values; no `attention_mask`, no mask"
                + " of the queries; no `output_shape`, `sliding_window` or `use_gate`",
            AttentionLayers::attention));
  }

  private static Value attention(LayerCall call) {
    LayerConfig config = call.config();
    Value query = at(call, 0, "query");
    Value value = at(call, 1, "value");
    Optional<Value> key =
        call.inputs().size() > 2 ? Optional.of(call.inputs().get(2)) : call.input("key");
    if (key.isPresent() && key.get().node() != value.node()) {
      throw config.refusal("Unsupported keys that are not the values");
    }
    if (call.input("attention_mask").isPresent()) {
      throw config.refusal("Unsupported attention_mask");
    }
    if (query.mask().isPresent() || call.input("query_mask").isPresent()) {
      throw config.refusal("Unsupported mask of the queries");
    }
    int heads = config.integer("num_heads");
    int size = config.integer("key_dim");
    if (config.has("value_dim") && config.integer("value_dim") != size) {
      throw config.refusal("Unsupported value_dim " + config.raw("value_dim") + ", only key_dim");
    }
    int width = query.shape().rank() == 2 ? query.shape().dimension(1) : -1;
    if (config.has("output_shape") && !config.list("output_shape").equals(List.of(width))) {
      throw config.refusal("Unsupported output_shape " + config.raw("output_shape"));
    }
    if (config.has("attention_axes") && !config.list("attention_axes").equals(List.of(1))) {
      throw config.refusal("Unsupported attention_axes " + config.raw("attention_axes"));
    }
    config.only("use_gate", false);
    config.only("sliding_window", (Object) null);
    MultiHeadAttention layer =
        MultiHeadAttention.of(heads, size).withDropout(config.number("dropout", 0));
    if (call.isCalledWith("use_causal_mask")) {
      layer = layer.causal();
    }
    List<Value> from = new ArrayList<>(List.of(query));
    Optional<Value> mask = call.input("value_mask").or(value::mask);
    if (value.node() != query.node() || mask.isPresent()) {
      from.add(value);
    }
    if (mask.isPresent()) {
      layer = layer.masked();
      from.add(mask.get());
    }
    Value made = call.last(layer, from.toArray(Value[]::new));
    int in = value.shape().dimension(1);
    map(call, "query", width, heads, size);
    map(call, "key", in, heads, size);
    map(call, "value", in, heads, size);
    parameter(call, "output_dense", Shape.of(heads, size, width), "output_kernel");
    bias(call, "output_dense", Shape.of(width), "output_bias");
    return made;
  }

  private static Value at(LayerCall call, int place, String argument) {
    if (call.inputs().size() > place) {
      return call.inputs().get(place);
    }
    return call.input(argument)
        .orElseThrow(() -> call.config().refusal("it is called without '" + argument + "'"));
  }

  private static void map(LayerCall call, String role, int in, int heads, int size) {
    parameter(call, role + "_dense", Shape.of(in, heads, size), role + "_kernel");
    bias(call, role + "_dense", Shape.of(heads, size), role + "_bias");
  }

  private static void bias(LayerCall call, String folder, Shape shape, String role) {
    if (call.config().flag("use_bias", true)) {
      parameter(call, folder, shape, role);
    } else {
      call.fill(call.config().name(), role, 0);
    }
  }

  private static void parameter(LayerCall call, String folder, Shape shape, String role) {
    String name = call.config().name() + "/" + role;
    call.weight(folder, shape, new Target(Use.PARAMETER, name, 0, shape.size()));
  }
}
