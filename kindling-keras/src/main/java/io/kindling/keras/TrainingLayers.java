package io.kindling.keras;

import io.kindling.network.Dropout;
import io.kindling.network.GaussianDropout;
import io.kindling.network.GaussianNoise;
import io.kindling.network.Layer;
import io.kindling.network.SpatialDropout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Layers that do nothing but in training. */
final class TrainingLayers {

  private TrainingLayers() {}

  static List<KerasLayer> all() {
    List<KerasLayer> rows = new ArrayList<>();
    rows.add(random("Dropout", "`Dropout`", "rate", Dropout::of));
    rows.add(random("SpatialDropout1D", "`SpatialDropout`", "rate", SpatialDropout::of));
    rows.add(random("SpatialDropout2D", "`SpatialDropout`", "rate", SpatialDropout::of));
    rows.add(random("GaussianDropout", "`GaussianDropout`", "rate", GaussianDropout::of));
    rows.add(random("GaussianNoise", "`GaussianNoise`", "stddev", GaussianNoise::of));
    for (String name :
        List.of(
            "AlphaDropout",
            "ActivityRegularization",
            "RandomFlip",
            "RandomRotation",
            "RandomZoom",
            "RandomTranslation",
            "RandomContrast",
            "RandomBrightness")) {
      rows.add(
          new KerasLayer(
              name,
              "`Activate`, which does nothing, as Keras does nothing in scoring",
              "",
              call -> call.last(ShapeLayers.identity(), call.input())));
    }
    return rows;
  }

  private static KerasLayer random(
      String name, String becomes, String key, DoubleFunction<Layer> of) {
    return new KerasLayer(
        name,
        becomes,
        "",
        call -> {
          double strength = call.config().number(key, 0);
          boolean isShare = key.equals("rate");
          Layer layer =
              strength > 0 && (!isShare || strength < 1)
                  ? of.apply(strength)
                  : ShapeLayers.identity();
          return call.last(layer, call.input());
        });
  }
}
