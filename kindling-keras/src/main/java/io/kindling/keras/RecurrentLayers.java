package io.kindling.keras;

import io.kindling.keras.LayerWeights.Target;
import io.kindling.keras.LayerWeights.Use;
import io.kindling.network.Activation;
import io.kindling.network.Bidirectional;
import io.kindling.network.Bidirectional.Merge;
import io.kindling.network.ConvLstm2d;
import io.kindling.network.Gru;
import io.kindling.network.Input;
import io.kindling.network.Layer;
import io.kindling.network.Lstm;
import io.kindling.network.Mask;
import io.kindling.network.Multiply;
import io.kindling.network.Permute;
import io.kindling.network.RepeatVector;
import io.kindling.network.SimpleRnn;
import io.kindling.network.TimeDistributed;
import io.kindling.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Layers that step through sequences, and those around them. */
final class RecurrentLayers {

  private static final String LIMITS =
      "not `stateful`; no `initial_state`; of `return_state` only the output; not `go_backwards` with"
          + " `return_sequences`";

  private RecurrentLayers() {}

  static List<KerasLayer> all() {
    return List.of(
        new KerasLayer("SimpleRNN", "`SimpleRnn`", LIMITS, RecurrentLayers::recurrent),
        new KerasLayer(
            "LSTM",
            "`Lstm`, its gates with `recurrent_activation`",
            LIMITS,
            RecurrentLayers::recurrent),
        new KerasLayer(
            "GRU", "`Gru`, with or without `reset_after`", LIMITS, RecurrentLayers::recurrent),
        new KerasLayer(
            "ConvLSTM2D",
            "`ConvLstm2d`",
            LIMITS + "; strides and dilations alike along both axes",
            RecurrentLayers::recurrent),
        new KerasLayer(
            "Bidirectional",
            "`Bidirectional`",
            "of the four above; `merge_mode` `concat`, `sum`, `ave` or `mul`; both ways alike",
            RecurrentLayers::bothWays),
        new KerasLayer(
            "TimeDistributed",
            "`TimeDistributed`, or the layer itself where it looks at each step anyway",
            "of a layer that becomes a single one of ours",
            RecurrentLayers::perStep),
        new KerasLayer(
            "Masking",
            "`Mask` for the layers behind; zeros where it leaves steps out",
            "",
            RecurrentLayers::masking));
  }

  /** Our layer for Keras's, one that goes forwards. */
  private static Layer layer(LayerConfig config) {
    int units = units(config);
    Activation activation = Functions.inside(config, "activation", Activation.TANH);
    Activation gates =
        Functions.inside(
            config,
            "recurrent_activation",
            config.isOfKeras2() ? Activation.HARD_SIGMOID_FIFTH : Activation.SIGMOID);
    if (gates.isAlongAxis()) {
      throw config.refusal("Unsupported recurrent_activation " + gates);
    }
    boolean hasBias = config.flag("use_bias", true);
    return switch (config.kind()) {
      case "SimpleRNN" -> {
        SimpleRnn rnn = SimpleRnn.of(units).withActivation(activation);
        yield hasBias ? rnn : rnn.withoutBias();
      }
      case "LSTM", "LSTMV1", "LSTMV2" -> {
        Lstm lstm = Lstm.of(units).withActivation(activation).withGates(gates);
        yield hasBias ? lstm : lstm.withoutBias();
      }
      case "GRU", "GRUV1", "GRUV2" -> {
        Gru gru = Gru.of(units).withActivation(activation).withGates(gates);
        gru = isResetBehind(config) ? gru : gru.resettingBeforeProduct();
        yield hasBias ? gru : gru.withoutBias();
      }
      case "ConvLSTM2D" -> {
        ConvLstm2d pictures =
            ConvLstm2d.of(units, 1)
                .withWindow(ConvolutionLayers.window(config, 2))
                .withActivation(activation)
                .withGates(gates);
        yield hasBias ? pictures : pictures.withoutBias();
      }
      default ->
          throw config.refusal(
              "Unsupported in Bidirectional, only SimpleRNN, LSTM, GRU and ConvLSTM2D");
    };
  }

  private static boolean isOfPictures(LayerConfig config) {
    return config.kind().equals("ConvLSTM2D");
  }

  private static int units(LayerConfig config) {
    return config.integer(isOfPictures(config) ? "filters" : "units");
  }

  private static boolean isResetBehind(LayerConfig config) {
    return config.flag("reset_after", !config.isOfKeras2());
  }

  private static Layer returningAll(Layer layer) {
    if (layer instanceof SimpleRnn rnn) {
      return rnn.returningAll();
    }
    if (layer instanceof ConvLstm2d pictures) {
      return pictures.returningAll();
    }
    return layer instanceof Lstm lstm ? lstm.returningAll() : ((Gru) layer).returningAll();
  }

  private static Layer backward(Layer layer) {
    if (layer instanceof SimpleRnn rnn) {
      return rnn.backward();
    }
    if (layer instanceof ConvLstm2d pictures) {
      return pictures.backward();
    }
    return layer instanceof Lstm lstm ? lstm.backward() : ((Gru) layer).backward();
  }

  private static void refuseWhatWeDoNot(LayerConfig config) {
    config.only("stateful", false);
    config.only("time_major", false);
  }

  private static Value[] withMask(LayerCall call) {
    if (call.input("initial_state").isPresent() || call.inputs().size() > 1) {
      throw call.config().refusal("Unsupported initial_state");
    }
    if (call.shape().isScalar()) {
      throw call.config().refusal("it takes sequences but got scalars");
    }
    Optional<Value> mask = call.mask();
    if (mask.isPresent() && !mask.get().shape().equals(Shape.of(call.shape().dimension(0)))) {
      throw call.config()
          .refusal("its mask " + mask.get().shape() + " does not suit its input " + call.shape());
    }
    return mask.map(each -> new Value[] {call.input(), each})
        .orElseGet(() -> new Value[] {call.input()});
  }

  private static Value recurrent(LayerCall call) {
    LayerConfig config = call.config();
    refuseWhatWeDoNot(config);
    Layer layer = layer(config);
    boolean returnsAll = config.flag("return_sequences", false);
    Value[] from = withMask(call);
    if (config.flag("zero_output_for_mask", false) && from.length > 1 && returnsAll) {
      config.refuse("Unsupported zero_output_for_mask");
    }
    if (config.flag("go_backwards", false)) {
      if (returnsAll) {
        config.refuse("Unsupported go_backwards with return_sequences");
      }
      layer = backward(layer);
    }
    Value made = call.last(returnsAll ? returningAll(layer) : layer, from);
    weights(call, config, "cell", config.name() + "/");
    return returnsAll ? made.masked(call.mask()) : made;
  }

  /** The arrays of a recurrent layer; ours have a prefix where they are inside another layer. */
  private static void weights(LayerCall call, LayerConfig config, String folder, String prefix) {
    int units = units(config);
    int in = call.shape().dimension(-1);
    if (isOfPictures(config)) {
      int[] kernel = config.integers("kernel_size", 2);
      whole(call, folder, prefix + "kernel", kernel[0], kernel[1], in, 4 * units);
      whole(call, folder, prefix + "recurrent_kernel", kernel[0], kernel[1], units, 4 * units);
      if (config.flag("use_bias", true)) {
        whole(call, folder, prefix + "bias", 4 * units);
      }
      return;
    }
    boolean isGru = config.kind().startsWith("GRU");
    int width = units * (isGru ? 3 : config.kind().startsWith("LSTM") ? 4 : 1);
    whole(call, folder, prefix + "kernel", in, width);
    whole(call, folder, prefix + "recurrent_kernel", units, width);
    if (!config.flag("use_bias", true)) {
      return;
    }
    if (isGru && isResetBehind(config)) {
      call.weight(
          folder,
          Shape.of(2, width),
          new Target(Use.PARAMETER, prefix + "bias", 0, width),
          new Target(Use.PARAMETER, prefix + "recurrent_bias", width, width));
    } else {
      whole(call, folder, prefix + "bias", width);
    }
  }

  private static void whole(LayerCall call, String folder, String name, int... shape) {
    Shape of = Shape.of(shape);
    call.weight(folder, of, new Target(Use.PARAMETER, name, 0, of.size()));
  }

  private static Value bothWays(LayerCall call) {
    LayerConfig config = call.config();
    LayerConfig inner =
        config.inner("layer").orElseThrow(() -> config.refusal("it holds no layer"));
    refuseWhatWeDoNot(inner);
    Layer forward = layer(inner);
    boolean returnsAll = inner.flag("return_sequences", false);
    if (inner.flag("go_backwards", false)) {
      config.refuse("Unsupported go_backwards of the layer inside");
    }
    config
        .inner("backward_layer")
        .ifPresent(
            other -> {
              if (!layer(other).equals(forward)
                  || other.flag("return_sequences", false) != returnsAll
                  || !other.flag("go_backwards", true)) {
                config.refuse("Unsupported backward_layer, only one like the layer forwards");
              }
            });
    Map<String, Merge> merges = new HashMap<>();
    merges.put("concat", Merge.CONCATENATE);
    merges.put("sum", Merge.ADD);
    merges.put("ave", Merge.AVERAGE);
    merges.put("mul", Merge.MULTIPLY);
    config.only("merge_mode", "concat", "sum", "ave", "mul");
    Merge merge = merges.getOrDefault(config.text("merge_mode", "concat"), Merge.CONCATENATE);
    Value made =
        call.last(
            Bidirectional.of(returnsAll ? returningAll(forward) : forward).withMerge(merge),
            withMask(call));
    weights(call, inner, "forward_layer/cell", config.name() + "/forward_");
    weights(call, inner, "backward_layer/cell", config.name() + "/backward_");
    return returnsAll ? made.masked(call.mask()) : made;
  }

  private static Value perStep(LayerCall call) {
    LayerConfig config = call.config();
    LayerConfig inner =
        config.inner("layer").orElseThrow(() -> config.refusal("it holds no layer"));
    KerasLayer kind =
        KerasLayer.named(inner.kind())
            .orElseThrow(() -> config.refusal("Unsupported layer inside, " + inner.kind()));
    Shape steps = call.shape();
    if (steps.rank() < 1) {
      throw config.refusal("it takes sequences but got scalars");
    }
    Shape step = new Shape(steps.dimensions().subList(1, steps.rank()));
    Probe probe = Probe.of(call, inner, kind, step);
    Layer single = probe.single();
    boolean looksAtEachStep = single.drawsRandomNumbers() || single.takesStatistics();
    Value made = call.last(looksAtEachStep ? single : TimeDistributed.of(single), call.input());
    String from = inner.name() + "/";
    for (LayerWeights.Stored array : probe.arrays()) {
      List<Target> targets = new ArrayList<>();
      for (Target target : array.targets()) {
        String role = target.name().substring(from.length());
        targets.add(
            new Target(
                target.use(),
                config.name() + "/" + (looksAtEachStep ? "" : "layer_") + role,
                target.from(),
                target.length()));
      }
      String folder = array.folder().isEmpty() ? "layer" : "layer/" + array.folder();
      if (array.isTrained()) {
        call.weight(folder, array.shape(), targets.toArray(Target[]::new));
      } else {
        Target only = targets.get(0);
        call.state(
            folder,
            config.name(),
            only.name().substring(config.name().length() + 1),
            array.shape().dimensions().stream().mapToInt(Integer::intValue).toArray());
      }
    }
    probe
        .fills()
        .forEach(
            (name, value) ->
                call.fill(
                    config.name(),
                    (looksAtEachStep ? "" : "layer_") + name.substring(from.length()),
                    value));
    return made.masked(call.mask());
  }

  /** What a layer inside another would become by itself. */
  private record Probe(Layer single, List<LayerWeights.Stored> arrays, Map<String, Float> fills) {

    static Probe of(LayerCall outer, LayerConfig inner, KerasLayer kind, Shape step) {
      Value x =
          Value.of(
              Input.of("x", step.dimensions().stream().mapToInt(Integer::intValue).toArray()),
              step);
      LayerCall call = outer.inside(inner, x);
      kind.translation().of(call);
      if (call.applied().size() != 1
          || call.arrays().stream()
              .flatMap(array -> array.targets().stream())
              .anyMatch(target -> target.use() == Use.CONSTANT)) {
        throw inner.refusal("Unsupported in TimeDistributed: it becomes several layers of ours");
      }
      return new Probe(call.applied().get(0), call.arrays(), call.fills());
    }
  }

  private static Value masking(LayerCall call) {
    double filler = call.config().number("mask_value", 0);
    if (call.shape().rank() != 2) {
      throw call.config().refusal("it takes sequences [steps, channels] but got " + call.shape());
    }
    Value mask = call.before("mask", Mask.of(filler), call.input());
    if (filler == 0) {
      return call.last(ShapeLayers.identity(), call.input()).masked(Optional.of(mask));
    }
    int channels = call.shape().dimension(1);
    Value spread = call.before("spread", RepeatVector.of(channels), mask);
    Value turned = call.before("turned", Permute.of(1, 0), spread);
    return call.last(Multiply.of(), call.input(), turned).masked(Optional.of(mask));
  }
}
