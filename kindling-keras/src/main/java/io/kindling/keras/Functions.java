package io.kindling.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.kindling.keras.LayerCall.Function;
import io.kindling.network.Activate;
import io.kindling.network.Activation;
import io.kindling.network.Celu;
import io.kindling.network.Layer;
import io.kindling.network.LeakyRelu;
import io.kindling.network.Rescaling;
import io.kindling.network.Threshold;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keras's functions of numbers. */
final class Functions {

  private static final Map<String, Activation> SAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("linear", Activation.LINEAR),
              Map.entry("relu", Activation.RELU),
              Map.entry("relu6", Activation.RELU6),
              Map.entry("elu", Activation.ELU),
              Map.entry("selu", Activation.SELU),
              Map.entry("gelu", Activation.GELU),
              Map.entry("silu", Activation.SILU),
              Map.entry("swish", Activation.SILU),
              Map.entry("mish", Activation.MISH),
              Map.entry("softplus", Activation.SOFTPLUS),
              Map.entry("softsign", Activation.SOFTSIGN),
              Map.entry("sigmoid", Activation.SIGMOID),
              Map.entry("hard_sigmoid", Activation.HARD_SIGMOID),
              Map.entry("hard_silu", Activation.HARD_SILU),
              Map.entry("hard_swish", Activation.HARD_SILU),
              Map.entry("tanh", Activation.TANH),
              Map.entry("hard_tanh", Activation.HARD_TANH),
              Map.entry("exponential", Activation.EXPONENTIAL),
              Map.entry("softmax", Activation.SOFTMAX),
              Map.entry("log_softmax", Activation.LOG_SOFTMAX)));

  /** What Keras has as functions and we as layers. */
  private static final Map<String, Layer> LAYERS =
      Map.of("leaky_relu", LeakyRelu.of(0.2), "celu", Celu.of(1));

  private Functions() {}

  /** Names of all that are known, for messages and the manual. */
  static List<String> names() {
    TreeMap<String, Object> names = new TreeMap<>(SAME);
    names.putAll(LAYERS);
    return List.copyOf(names.keySet());
  }

  /** The function of a setting; linear, with a finding, where it is none of ours. */
  static Function of(LayerConfig config, String key) {
    JsonNode value = config.raw(key);
    if (value.isMissingNode() || value.isNull()) {
      return Function.NONE;
    }
    String name = nameOf(value);
    Optional<Activation> same = named(config, name);
    if (same.isPresent()) {
      return new Function(same.get(), Optional.empty());
    }
    if (LAYERS.containsKey(name)) {
      return new Function(Activation.LINEAR, Optional.of(LAYERS.get(name)));
    }
    Optional<LayerConfig> layer = config.inner(key);
    Optional<Layer> behind = layer.flatMap(Functions::layer);
    if (behind.isPresent()) {
      return new Function(Activation.LINEAR, behind);
    }
    refuse(config, key, value);
    return Function.NONE;
  }

  /** The function of a setting inside a layer that steps through sequences. */
  static Activation inside(LayerConfig config, String key, Activation byDefault) {
    JsonNode value = config.raw(key);
    if (value.isMissingNode()) {
      return byDefault;
    }
    if (value.isNull()) {
      return Activation.LINEAR;
    }
    Optional<Activation> same = named(config, nameOf(value));
    if (same.isEmpty()) {
      refuse(config, key, value);
    }
    return same.orElse(byDefault);
  }

  private static Optional<Activation> named(LayerConfig config, String name) {
    return config.isOfKeras2() && name.equals("hard_sigmoid")
        ? Optional.of(Activation.HARD_SIGMOID_FIFTH)
        : Optional.ofNullable(SAME.get(name));
  }

  /** Keras 3 may write {@code {"class_name": "function", "config": "relu"}} for a function. */
  private static String nameOf(JsonNode value) {
    return value.isTextual() ? value.asText() : value.path("config").asText();
  }

  private static void refuse(LayerConfig config, String key, JsonNode value) {
    config.refuse(
        "Unsupported " + key + " " + LayerConfig.shown(value) + ", only one of " + names());
  }

  /** A layer that is nothing but a function. */
  static Optional<Layer> layer(LayerConfig config) {
    return Optional.ofNullable(
        switch (config.kind()) {
          case "Activation" -> ofSetting(config);
          case "ReLU" -> relu(config);
          case "LeakyReLU" ->
              LeakyRelu.of(config.number("negative_slope", config.number("alpha", 0.3)));
          case "ELU" -> {
            double alpha = config.number("alpha", 1);
            if (alpha != 1) {
              config.refuse("Unsupported alpha " + alpha + ", only 1");
            }
            yield Activate.of(Activation.ELU);
          }
          case "ThresholdedReLU" -> Threshold.of(config.number("theta", 1), 0);
          case "Softmax" -> {
            if (config.list("axis").stream().anyMatch(axis -> axis != -1)) {
              config.refuse("Unsupported axis " + config.raw("axis") + ", only -1");
            }
            yield Activate.of(Activation.SOFTMAX);
          }
          default -> null;
        });
  }

  private static Layer ofSetting(LayerConfig config) {
    Function function = of(config, "activation");
    return function.behind().orElseGet(() -> Activate.of(function.inside()));
  }

  private static Layer relu(LayerConfig config) {
    double most = config.number("max_value", Double.POSITIVE_INFINITY);
    double slope = config.number("negative_slope", 0);
    double threshold = config.number("threshold", 0);
    if (most == 6 && slope == 0 && threshold == 0) {
      return Activate.of(Activation.RELU6);
    }
    if (most != Double.POSITIVE_INFINITY || (threshold != 0 && slope != 0)) {
      config.refuse(
          "Unsupported max_value "
              + most
              + " with negative_slope "
              + slope
              + " and threshold "
              + threshold
              + ", only one of the three, and 6 for the first");
    }
    if (slope == 0) {
      return threshold == 0 ? Activate.of(Activation.RELU) : Threshold.of(threshold, 0);
    }
    return slope == 1 ? Rescaling.of(1) : LeakyRelu.of(slope);
  }
}
