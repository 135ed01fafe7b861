package io.kindling.keras;

import io.kindling.network.Activate;
import io.kindling.network.Activation;
import io.kindling.network.Cropping1d;
import io.kindling.network.Cropping2d;
import io.kindling.network.Flatten;
import io.kindling.network.Permute;
import io.kindling.network.RepeatVector;
import io.kindling.network.Reshape;
import io.kindling.network.UpSampling1d;
import io.kindling.network.UpSampling2d;
import io.kindling.network.ZeroPadding1d;
import io.kindling.network.ZeroPadding2d;
import java.util.List;

/** Layers that move numbers about. */
final class ShapeLayers {

  private ShapeLayers() {}

  static List<KerasLayer> all() {
    return List.of(
        new KerasLayer("Identity", "`Activate`", "", call -> call.last(identity(), call.input())),
        new KerasLayer("Flatten", "`Flatten`", "", ShapeLayers::flatten),
        new KerasLayer("Reshape", "`Reshape`", "", ShapeLayers::reshape),
        new KerasLayer("Permute", "`Permute`", "", ShapeLayers::permute),
        new KerasLayer(
            "RepeatVector",
            "`RepeatVector`",
            "",
            call -> call.last(RepeatVector.of(call.config().integer("n")), call.input())),
        new KerasLayer("ZeroPadding1D", "`ZeroPadding1d`", "", ShapeLayers::padding1d),
        new KerasLayer("ZeroPadding2D", "`ZeroPadding2d`", "", ShapeLayers::padding2d),
        new KerasLayer("Cropping1D", "`Cropping1d`", "", ShapeLayers::cropping1d),
        new KerasLayer("Cropping2D", "`Cropping2d`", "", ShapeLayers::cropping2d),
        new KerasLayer(
            "UpSampling1D",
            "`UpSampling1d`",
            "",
            call -> call.last(UpSampling1d.of(call.config().integer("size", 2)), call.input())),
        new KerasLayer(
            "UpSampling2D", "`UpSampling2d`", "`interpolation` `nearest`", ShapeLayers::larger));
  }

  /** What does nothing, under the name of a layer that does nothing in scoring. */
  static Activate identity() {
    return Activate.of(Activation.LINEAR);
  }

  private static Value flatten(LayerCall call) {
    return call.shape().isScalar()
        ? call.last(Reshape.of(1), call.input())
        : call.last(Flatten.of(), call.input());
  }

  private static Value reshape(LayerCall call) {
    LayerConfig config = call.config();
    int[] shape = config.list("target_shape").stream().mapToInt(Integer::intValue).toArray();
    int free = -1;
    long known = 1;
    for (int i = 0; i < shape.length; i++) {
      if (shape[i] == -1 && free < 0) {
        free = i;
      } else if (shape[i] < 1) {
        throw config.refusal("its target_shape is " + config.raw("target_shape"));
      } else {
        known *= shape[i];
      }
    }
    if (free >= 0) {
      shape[free] = (int) (call.shape().size() / Math.max(1, known));
      if (shape[free] < 1) {
        throw config.refusal("its target_shape does not suit its input " + call.shape());
      }
    }
    return call.last(Reshape.of(shape), call.input());
  }

  private static Value permute(LayerCall call) {
    List<Integer> axes = call.config().list("dims");
    try {
      return call.last(
          Permute.of(axes.stream().mapToInt(axis -> axis - 1).toArray()), call.input());
    } catch (IllegalArgumentException e) {
      throw call.config().refusal(e.getMessage());
    }
  }

  private static Value padding1d(LayerCall call) {
    int[] ends = ends(call.config(), "padding");
    return call.last(ZeroPadding1d.of(ends[0], ends[1]), call.input());
  }

  private static Value cropping1d(LayerCall call) {
    int[] ends = ends(call.config(), "cropping");
    return call.last(Cropping1d.of(ends[0], ends[1]), call.input());
  }

  private static int[] ends(LayerConfig config, String key) {
    return config.integers(key, 2);
  }

  private static Value padding2d(LayerCall call) {
    int[][] pairs = call.config().pairs("padding");
    return call.last(
        ZeroPadding2d.of(pairs[0][0], pairs[0][1], pairs[1][0], pairs[1][1]), call.input());
  }

  private static Value cropping2d(LayerCall call) {
    int[][] pairs = call.config().pairs("cropping");
    return call.last(
        Cropping2d.of(pairs[0][0], pairs[0][1], pairs[1][0], pairs[1][1]), call.input());
  }

  private static Value larger(LayerCall call) {
    call.config().only("interpolation", "nearest");
    int[] size = call.config().integers("size", 2, 2, 2);
    return call.last(UpSampling2d.of(size[0], size[1]), call.input());
  }
}
