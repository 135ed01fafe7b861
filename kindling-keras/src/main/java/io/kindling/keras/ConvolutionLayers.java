package io.kindling.keras;

import io.kindling.keras.LayerCall.Function;
import io.kindling.network.Bias;
import io.kindling.network.Conv1d;
import io.kindling.network.Conv2d;
import io.kindling.network.Conv2dTranspose;
import io.kindling.network.DepthwiseConv2d;
import io.kindling.network.Initializer;
import io.kindling.network.Layer;
import io.kindling.network.Reshape;
import io.kindling.network.SeparableConv1d;
import io.kindling.network.SeparableConv2d;
import io.kindling.network.ZeroPadding1d;
import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Window;
import java.util.Arrays;
import java.util.List;

/** Convolutions. */
final class ConvolutionLayers {

  private static final String ALIKE = "strides and dilations alike along both axes";

  private ConvolutionLayers() {}

  static List<KerasLayer> all() {
    return List.of(
        new KerasLayer(
            "Conv1D",
            "`Conv1d`; `causal` with a `ZeroPadding1d` before it, `groups` as a `Conv2d` one high",
            "",
            ConvolutionLayers::conv1d),
        new KerasLayer("Conv2D", "`Conv2d`", ALIKE, ConvolutionLayers::conv2d),
        new KerasLayer(
            "DepthwiseConv1D", "`DepthwiseConv2d` one high", "", ConvolutionLayers::depthwise1d),
        new KerasLayer(
            "DepthwiseConv2D", "`DepthwiseConv2d`", ALIKE, ConvolutionLayers::depthwise2d),
        new KerasLayer(
            "SeparableConv1D",
            "`SeparableConv1d`; `causal` with a `ZeroPadding1d` before it",
            "",
            ConvolutionLayers::separable1d),
        new KerasLayer(
            "SeparableConv2D", "`SeparableConv2d`", ALIKE, ConvolutionLayers::separable2d),
        new KerasLayer(
            "Conv2DTranspose",
            "`Conv2dTranspose`",
            "strides alike along both axes; no dilation; no `output_padding`",
            ConvolutionLayers::transposed));
  }

  private static Value conv1d(LayerCall call) {
    LayerConfig config = call.config();
    int filters = config.integer("filters");
    int groups = config.integer("groups", 1);
    Value from = padded(call);
    Window window = window(call, from.shape());
    Function function = Functions.of(config, "activation");
    boolean hasBias = config.flag("use_bias", true);
    String name = call.nameOf(function);
    int in = from.shape().dimension(-1);
    Value made;
    if (groups == 1) {
      Conv1d layer =
          Conv1d.of(filters, window.width())
              .withStride(window.stride())
              .withPadding(window.padding())
              .withDilation(window.dilation())
              .withActivation(function.inside());
      made = call.last(hasBias ? layer : layer.withoutBias(), function, from);
      call.weight(name, "kernel", window.width(), in, filters);
    } else {
      Conv2d layer =
          new Conv2d(
              null,
              filters,
              window,
              groups,
              function.inside(),
              Bias.ADDED,
              Initializer.glorotUniform());
      made = flat(call, function, hasBias ? layer : layer.withoutBias(), from);
      call.weight(
          "",
          Shape.of(window.width(), in / groups, filters),
          kernel(call, "filtered", window.width() * in / groups * filters));
      name = call.named("filtered");
    }
    return biased(call, hasBias, name, filters, made);
  }

  /** A layer over pictures, on sequences as pictures one high. */
  private static Value flat(LayerCall call, Function function, Layer layer, Value from) {
    Shape sequence = from.shape();
    Value picture =
        call.before("picture", Reshape.of(1, sequence.dimension(0), sequence.dimension(1)), from);
    Value filtered = call.before("filtered", layer, picture);
    Shape made = filtered.shape();
    return call.last(Reshape.of(made.dimension(1), made.dimension(2)), function, filtered);
  }

  private static LayerWeights.Target kernel(LayerCall call, String part, int length) {
    return new LayerWeights.Target(
        LayerWeights.Use.PARAMETER, call.named(part) + "/kernel", 0, length);
  }

  private static Value biased(
      LayerCall call, boolean hasBias, String layer, int channels, Value made) {
    if (hasBias) {
      call.weight(layer, "bias", channels);
    }
    return made;
  }

  private static Value depthwise1d(LayerCall call) {
    LayerConfig config = call.config();
    Value from = padded(call);
    Window window = window(call, from.shape());
    int multiplier = config.integer("depth_multiplier", 1);
    boolean hasBias = config.flag("use_bias", true);
    Function function = Functions.of(config, "activation");
    int in = from.shape().dimension(-1);
    DepthwiseConv2d layer =
        new DepthwiseConv2d(
            null, window, multiplier, function.inside(), Bias.ADDED, Initializer.glorotUniform());
    Value made = flat(call, function, hasBias ? layer : layer.withoutBias(), from);
    call.weight(
        "",
        Shape.of(window.width(), in, multiplier),
        kernel(call, "filtered", window.width() * in * multiplier));
    return biased(call, hasBias, call.named("filtered"), in * multiplier, made);
  }

  private static Value conv2d(LayerCall call) {
    LayerConfig config = call.config();
    int filters = config.integer("filters");
    int groups = config.integer("groups", 1);
    Window window = window(call, image(call));
    boolean hasBias = config.flag("use_bias", true);
    Function function = Functions.of(config, "activation");
    Conv2d layer =
        Conv2d.of(filters, window.height(), window.width())
            .withStride(window.stride())
            .withPadding(window.padding())
            .withDilation(window.dilation())
            .withGroups(groups)
            .withActivation(function.inside());
    Value made = call.last(hasBias ? layer : layer.withoutBias(), function, call.input());
    String name = call.nameOf(function);
    call.weight(
        name,
        "kernel",
        window.height(),
        window.width(),
        call.shape().dimension(-1) / groups,
        filters);
    return biased(call, hasBias, name, filters, made);
  }

  private static Value depthwise2d(LayerCall call) {
    LayerConfig config = call.config();
    Window window = window(call, image(call));
    int multiplier = config.integer("depth_multiplier", 1);
    boolean hasBias = config.flag("use_bias", true);
    Function function = Functions.of(config, "activation");
    DepthwiseConv2d layer =
        new DepthwiseConv2d(
            null, window, multiplier, function.inside(), Bias.ADDED, Initializer.glorotUniform());
    Value made = call.last(hasBias ? layer : layer.withoutBias(), function, call.input());
    String name = call.nameOf(function);
    int in = call.shape().dimension(-1);
    call.weight(name, "kernel", window.height(), window.width(), in, multiplier);
    return biased(call, hasBias, name, in * multiplier, made);
  }

  private static Value separable1d(LayerCall call) {
    LayerConfig config = call.config();
    Value from = padded(call);
    Window window = window(call, from.shape());
    int filters = config.integer("filters");
    int multiplier = config.integer("depth_multiplier", 1);
    boolean hasBias = config.flag("use_bias", true);
    Function function = Functions.of(config, "activation");
    SeparableConv1d layer =
        SeparableConv1d.of(filters, window.width())
            .withStride(window.stride())
            .withPadding(window.padding())
            .withDilation(window.dilation())
            .withMultiplier(multiplier)
            .withActivation(function.inside());
    Value made = call.last(hasBias ? layer : layer.withoutBias(), function, from);
    String name = call.nameOf(function);
    int in = from.shape().dimension(-1);
    call.weight(name, "depthwise_kernel", window.width(), in, multiplier);
    call.weight(
        "",
        Shape.of(1, in * multiplier, filters),
        new LayerWeights.Target(
            LayerWeights.Use.PARAMETER, name + "/pointwise_kernel", 0, in * multiplier * filters));
    return biased(call, hasBias, name, filters, made);
  }

  private static Value separable2d(LayerCall call) {
    LayerConfig config = call.config();
    Window window = window(call, image(call));
    int filters = config.integer("filters");
    int multiplier = config.integer("depth_multiplier", 1);
    boolean hasBias = config.flag("use_bias", true);
    Function function = Functions.of(config, "activation");
    SeparableConv2d layer =
        new SeparableConv2d(
            null,
            filters,
            window,
            multiplier,
            function.inside(),
            Bias.ADDED,
            Initializer.glorotUniform());
    Value made = call.last(hasBias ? layer : layer.withoutBias(), function, call.input());
    String name = call.nameOf(function);
    int in = call.shape().dimension(-1);
    call.weight(name, "depthwise_kernel", window.height(), window.width(), in, multiplier);
    call.weight(name, "pointwise_kernel", 1, 1, in * multiplier, filters);
    return biased(call, hasBias, name, filters, made);
  }

  private static Value transposed(LayerCall call) {
    LayerConfig config = call.config();
    image(call);
    int filters = config.integer("filters");
    int[] kernel = config.integers("kernel_size", 2);
    int stride = alike(config, "strides", config.integers("strides", 2, 1, 1));
    if (alike(config, "dilation_rate", config.integers("dilation_rate", 2, 1, 1)) != 1) {
      config.refuse("Unsupported dilation_rate " + config.raw("dilation_rate") + ", only 1");
    }
    config.only("output_padding", (Object) null);
    config.only("padding", "valid", "same");
    boolean hasBias = config.flag("use_bias", true);
    Function function = Functions.of(config, "activation");
    Conv2dTranspose layer =
        new Conv2dTranspose(
            null,
            filters,
            new Window(kernel[0], kernel[1], stride, padding(config), 1),
            function.inside(),
            Bias.ADDED,
            Initializer.glorotUniform());
    Value made = call.last(hasBias ? layer : layer.withoutBias(), function, call.input());
    String name = call.nameOf(function);
    call.weight(name, "kernel", kernel[0], kernel[1], filters, call.shape().dimension(-1));
    return biased(call, hasBias, name, filters, made);
  }

  private static Shape image(LayerCall call) {
    if (call.shape().rank() != 3) {
      throw call.config().refusal("it takes pictures but got " + call.shape());
    }
    return call.shape();
  }

  /** The input of a layer over sequences, with zeros before it where the padding is causal. */
  private static Value padded(LayerCall call) {
    LayerConfig config = call.config();
    if (call.shape().rank() != 2) {
      throw config.refusal("it takes sequences but got " + call.shape());
    }
    config.only("padding", "valid", "same", "causal");
    if (!config.text("padding", "valid").equals("causal")) {
      return call.input();
    }
    int reach =
        (config.integers("kernel_size", 1)[0] - 1) * config.integers("dilation_rate", 1, 1)[0];
    return reach == 0
        ? call.input()
        : call.before("padding", ZeroPadding1d.of(reach, 0), call.input());
  }

  private static Padding padding(LayerConfig config) {
    return config.text("padding", "valid").equals("same") ? Padding.SAME : Padding.VALID;
  }

  private static Window window(LayerCall call, Shape over) {
    return window(call.config(), over.rank() - 1);
  }

  /** The window over pictures, or over sequences as pictures one high. */
  static Window window(LayerConfig config, int axes) {
    int[] kernel = config.integers("kernel_size", axes);
    int[] strides = config.integers("strides", axes, ones(axes));
    int[] dilations = config.integers("dilation_rate", axes, ones(axes));
    if (axes == 2) {
      config.only("padding", "valid", "same");
    }
    try {
      return new Window(
          axes == 1 ? 1 : kernel[0],
          kernel[axes - 1],
          alike(config, "strides", strides),
          padding(config),
          alike(config, "dilation_rate", dilations));
    } catch (IllegalArgumentException e) {
      throw config.refusal(e.getMessage());
    }
  }

  private static int[] ones(int count) {
    int[] ones = new int[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static int alike(LayerConfig config, String key, int[] values) {
    if (values[0] != values[values.length - 1]) {
      config.refuse(
          "Unsupported " + key + " " + config.raw(key) + ", only the same along both axes");
    }
    return values[0];
  }
}
