package io.kindling.keras;

import io.kindling.keras.LayerCall.Function;
import io.kindling.network.CategoryEncoding;
import io.kindling.network.Dense;
import io.kindling.network.Embedding;
import io.kindling.network.Mask;
import io.kindling.network.PRelu;
import io.kindling.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Layers that look at each place by itself, and those of whole numbers. */
final class DenseLayers {

  private DenseLayers() {}

  static List<KerasLayer> all() {
    List<KerasLayer> rows = new ArrayList<>();
    rows.add(
        new KerasLayer("Dense", "`Dense`", "no `lora_rank`, no quantization", DenseLayers::dense));
    rows.add(
        new KerasLayer(
            "Embedding",
            "`Embedding`; with `mask_zero`, a `Mask` for the layers behind",
            "no `lora_rank`, no quantization",
            DenseLayers::embedding));
    rows.add(
        new KerasLayer(
            "CategoryEncoding",
            "`CategoryEncoding`",
            "`output_mode` `one_hot` of one number, `multi_hot` or `count`; no `count_weights`; not `sparse`",
            DenseLayers::categories));
    for (String function :
        List.of("Activation", "ReLU", "LeakyReLU", "ELU", "ThresholdedReLU", "Softmax")) {
      rows.add(
          new KerasLayer(
              function,
              switch (function) {
                case "Activation", "Softmax", "ELU" -> "`Activate`";
                case "ReLU" -> "`Activate`, `LeakyRelu` or `Threshold`";
                case "LeakyReLU" -> "`LeakyRelu`";
                default -> "`Threshold`";
              },
              switch (function) {
                case "ReLU" -> "one of `max_value` 6, `negative_slope` and `threshold`";
                case "ELU" -> "`alpha` 1";
                case "Softmax" -> "the last axis";
                case "Activation" -> "functions below";
                default -> "";
              },
              DenseLayers::function));
    }
    rows.add(
        new KerasLayer(
            "PReLU", "`PRelu`", "`shared_axes` all but the last axis", DenseLayers::slopes));
    return rows;
  }

  private static Value dense(LayerCall call) {
    LayerConfig config = call.config();
    int units = config.integer("units");
    boolean hasBias = config.flag("use_bias", true);
    config.only("lora_rank", (Object) null);
    Function function = Functions.of(config, "activation");
    Dense dense = Dense.of(units).withActivation(function.inside());
    int in = call.shape().isScalar() ? 1 : call.shape().dimension(-1);
    Value made = call.last(hasBias ? dense : dense.withoutBias(), function, call.input());
    call.weight(call.nameOf(function), "kernel", in, units);
    if (hasBias) {
      call.weight(call.nameOf(function), "bias", units);
    }
    return made;
  }

  private static Value embedding(LayerCall call) {
    LayerConfig config = call.config();
    int vocabulary = config.integer("input_dim");
    int size = config.integer("output_dim");
    config.only("lora_rank", (Object) null);
    Value made = call.last(Embedding.of(vocabulary, size), call.input());
    call.weight(config.name(), "table", vocabulary, size);
    if (!config.flag("mask_zero", false)) {
      return made;
    }
    if (call.shape().rank() != 1) {
      config.refuse("Unsupported mask_zero for inputs " + call.shape() + ", only [steps]");
      return made;
    }
    return made.masked(Optional.of(call.before("mask", Mask.of(), call.input())));
  }

  private static Value categories(LayerCall call) {
    LayerConfig config = call.config();
    config.only("output_mode", "multi_hot", "count", "one_hot");
    config.only("sparse", false);
    if (call.input("count_weights").isPresent()) {
      config.refuse("Unsupported count_weights");
    }
    String mode = config.text("output_mode", "multi_hot");
    if (mode.equals("one_hot") && call.shape().size() != 1) {
      config.refuse("Unsupported output_mode one_hot for inputs " + call.shape() + ", only one");
    }
    CategoryEncoding encoding = CategoryEncoding.of(config.integer("num_tokens"));
    return call.last(mode.equals("count") ? encoding.counting() : encoding, call.input());
  }

  private static Value function(LayerCall call) {
    if (call.config().kind().equals("Softmax")
        && (call.inputs().size() > 1 || call.mask().isPresent())) {
      throw call.config().refusal("Unsupported mask");
    }
    return call.last(Functions.layer(call.config()).orElseThrow(), call.input());
  }

  private static Value slopes(LayerCall call) {
    LayerConfig config = call.config();
    int rank = call.shape().rank();
    int channels = rank == 0 ? 1 : call.shape().dimension(-1);
    List<Integer> shared = config.list("shared_axes");
    int[] shape = call.shape().dimensions().stream().mapToInt(Integer::intValue).toArray();
    for (int axis : shared) {
      int place = axis < 0 ? axis + rank : axis - 1;
      if (place < 0 || place >= rank) {
        throw config.refusal("its shared axis " + axis + " is none of " + call.shape());
      }
      shape[place] = 1;
    }
    for (int i = 0; i < rank - 1; i++) {
      if (shape[i] != 1) {
        throw config.refusal(
            "Unsupported shared_axes "
                + shared
                + " for "
                + call.shape()
                + ", only all but the last");
      }
    }
    if (rank > 0 && shape[rank - 1] != channels) {
      throw config.refusal("Unsupported shared_axes " + shared + ", only all but the last");
    }
    Value made = call.last(PRelu.of(), call.input());
    call.weight("", Shape.of(shape), target(config.name() + "/slope", channels));
    return made;
  }

  private static LayerWeights.Target target(String name, int length) {
    return new LayerWeights.Target(LayerWeights.Use.PARAMETER, name, 0, length);
  }
}
