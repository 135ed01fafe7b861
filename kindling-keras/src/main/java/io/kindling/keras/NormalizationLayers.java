package io.kindling.keras;

import io.kindling.network.BatchNorm;
import io.kindling.network.GroupNorm;
import io.kindling.network.LayerNorm;
import io.kindling.network.Normalization;
import io.kindling.network.Rescaling;
import io.kindling.network.RmsNorm;
import java.util.List;

/** Layers that make numbers alike in size. */
final class NormalizationLayers {

  /** Keras's epsilon, below which no deviation is divided by. */
  private static final double LEAST_DEVIATION = 1e-7;

  private NormalizationLayers() {}

  static List<KerasLayer> all() {
    return List.of(
        new KerasLayer(
            "BatchNormalization",
            "`BatchNorm`; its moments are state",
            "the last axis; no renormalization",
            NormalizationLayers::batch),
        new KerasLayer(
            "LayerNormalization",
            "`LayerNorm`",
            "the last axis; no `rms_scaling`",
            NormalizationLayers::layer),
        new KerasLayer(
            "RMSNormalization", "`RmsNorm`", "the last axis", NormalizationLayers::rootMeanSquare),
        new KerasLayer(
            "GroupNormalization", "`GroupNorm`", "the last axis", NormalizationLayers::group),
        new KerasLayer(
            "Normalization",
            "`Normalization`; its moments are settings",
            "the last axis, or one mean for all; no `invert`",
            NormalizationLayers::ofData),
        new KerasLayer(
            "Rescaling",
            "`Rescaling`",
            "one scale and offset for all",
            NormalizationLayers::scaled));
  }

  private static Value batch(LayerCall call) {
    LayerConfig config = call.config();
    config.onlyLastAxis("axis", call.shape().rank());
    config.only("renorm", false);
    if (config.has("virtual_batch_size")) {
      config.refuse("Unsupported virtual_batch_size " + config.raw("virtual_batch_size"));
    }
    double momentum = config.number("momentum", 0.99);
    BatchNorm norm =
        BatchNorm.of()
            .withEpsilon(config.number("epsilon", 1e-3))
            .withMomentum(Math.min(Math.max(momentum, 0), 0.999999));
    Value made = call.last(norm, call.input());
    int channels = made.shape().dimension(-1);
    scaleAndCentre(call, channels);
    call.state("", config.name(), "moving_mean", channels);
    call.state("", config.name(), "moving_variance", channels);
    return made;
  }

  private static void scaleAndCentre(LayerCall call, int channels) {
    String name = call.config().name();
    if (call.config().flag("scale", true)) {
      call.weight(name, "gamma", channels);
    } else {
      call.fill(name, "gamma", 1);
    }
    if (call.config().flag("center", true)) {
      call.weight(name, "beta", channels);
    } else {
      call.fill(name, "beta", 0);
    }
  }

  private static Value layer(LayerCall call) {
    LayerConfig config = call.config();
    config.onlyLastAxis("axis", call.shape().rank());
    config.only("rms_scaling", false);
    Value made =
        call.last(LayerNorm.of().withEpsilon(config.number("epsilon", 1e-3)), call.input());
    scaleAndCentre(call, made.shape().dimension(-1));
    return made;
  }

  private static Value rootMeanSquare(LayerCall call) {
    LayerConfig config = call.config();
    config.onlyLastAxis("axis", call.shape().rank());
    Value made = call.last(RmsNorm.of().withEpsilon(config.number("epsilon", 1e-6)), call.input());
    call.weight(config.name(), "gamma", made.shape().dimension(-1));
    return made;
  }

  private static Value group(LayerCall call) {
    LayerConfig config = call.config();
    config.onlyLastAxis("axis", call.shape().rank());
    if (call.shape().isScalar()) {
      throw config.refusal("it takes rows of rank 1 or more");
    }
    int groups = config.integer("groups", 32);
    int channels = call.shape().dimension(-1);
    Value made =
        call.last(
            GroupNorm.of(groups == -1 ? channels : groups)
                .withEpsilon(config.number("epsilon", 1e-3)),
            call.input());
    scaleAndCentre(call, channels);
    return made;
  }

  private static Value ofData(LayerCall call) {
    LayerConfig config = call.config();
    config.only("invert", false);
    boolean isForAll = !config.has("axis") || config.list("axis").isEmpty();
    if (!isForAll) {
      config.onlyLastAxis("axis", call.shape().rank());
    }
    int channels = isForAll || call.shape().isScalar() ? 1 : call.shape().dimension(-1);
    double[] means;
    double[] deviations;
    if (config.has("mean")) {
      means = stated(config, "mean", channels);
      deviations = stated(config, "variance", channels);
    } else {
      int[] shape = isForAll ? new int[0] : new int[] {channels};
      means = doubles(call.constant("mean", 0, shape));
      deviations = doubles(call.constant("variance", 1, shape));
      call.unused(); // how many rows the moments are of
    }
    for (int i = 0; i < deviations.length; i++) {
      deviations[i] = Math.max(Math.sqrt(deviations[i]), LEAST_DEVIATION);
    }
    return call.last(Normalization.of(means, deviations), call.input());
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private static double[] stated(LayerConfig config, String key, int channels) {
    List<Double> values = config.numbers(key);
    if (values.size() != channels && values.size() != 1) {
      throw config.refusal(
          "its "
              + key
              + " has "
              + values.size()
              + " numbers but its input "
              + channels
              + " channels");
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Value scaled(LayerCall call) {
    LayerConfig config = call.config();
    List<Double> scale = config.numbers("scale");
    List<Double> offset = config.numbers("offset");
    if (scale.size() != 1 || offset.size() > 1) {
      throw config.refusal(
          "Unsupported scale "
              + LayerConfig.shown(config.raw("scale"))
              + " and offset "
              + LayerConfig.shown(config.raw("offset"))
              + ", only one number for each");
    }
    return call.last(
        Rescaling.of(scale.get(0), offset.isEmpty() ? 0 : offset.get(0)), call.input());
  }
}
