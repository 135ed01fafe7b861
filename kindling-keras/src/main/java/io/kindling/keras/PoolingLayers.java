package io.kindling.keras;

import io.kindling.network.AveragePool1d;
import io.kindling.network.AveragePool2d;
import io.kindling.network.GlobalAveragePool;
import io.kindling.network.GlobalMaxPool;
import io.kindling.network.Layer;
import io.kindling.network.MaxPool1d;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Reshape;
import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Window;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Pools. */
final class PoolingLayers {

  private static final String ALIKE =
      "strides alike along both axes, but for an axis with a single place";

  private PoolingLayers() {}

  static List<KerasLayer> all() {
    return List.of(
        new KerasLayer(
            "MaxPooling1D", "`MaxPool1d`", "", pool(window -> new MaxPool1d(null, window))),
        new KerasLayer(
            "MaxPooling2D", "`MaxPool2d`", ALIKE, pool(window -> new MaxPool2d(null, window))),
        new KerasLayer(
            "AveragePooling1D",
            "`AveragePool1d`",
            "",
            pool(window -> new AveragePool1d(null, window))),
        new KerasLayer(
            "AveragePooling2D",
            "`AveragePool2d`",
            ALIKE,
            pool(window -> new AveragePool2d(null, window))),
        new KerasLayer("GlobalMaxPooling1D", "`GlobalMaxPool`", "", PoolingLayers::largest),
        new KerasLayer("GlobalMaxPooling2D", "`GlobalMaxPool`", "", PoolingLayers::largest),
        new KerasLayer(
            "GlobalAveragePooling1D",
            "`GlobalAveragePool`, with the mask if there is one",
            "",
            PoolingLayers::mean),
        new KerasLayer("GlobalAveragePooling2D", "`GlobalAveragePool`", "", PoolingLayers::mean));
  }

  private static KerasLayer.Translation pool(Function<Window, Layer> of) {
    return call -> call.last(of.apply(window(call)), call.input());
  }

  private static Window window(LayerCall call) {
    LayerConfig config = call.config();
    int axes = config.kind().endsWith("1D") ? 1 : 2;
    Shape over = call.shape();
    if (over.rank() != axes + 1) {
      throw config.refusal("it takes rows of rank " + (axes + 1) + " but got " + over);
    }
    config.only("padding", "valid", "same");
    Padding padding = config.text("padding", "valid").equals("same") ? Padding.SAME : Padding.VALID;
    int[] size = config.integers("pool_size", axes);
    int[] strides = config.integers("strides", axes, size);
    int stride = strides[0];
    if (axes == 2 && strides[0] != strides[1]) {
      stride = stride(config, padding, size, strides, over);
    }
    try {
      return new Window(axes == 1 ? 1 : size[0], size[axes - 1], stride, padding, 1);
    } catch (IllegalArgumentException e) {
      throw config.refusal(e.getMessage());
    }
  }

  /**
   * One stride for both axes: where the window has one place along an axis, any that is as long.
   */
  private static int stride(
      LayerConfig config, Padding padding, int[] size, int[] strides, Shape over) {
    for (int axis = 0; axis < 2; axis++) {
      int other = strides[1 - axis];
      int left = over.dimension(axis) - size[axis];
      if (padding == Padding.VALID && left >= 0 && left < strides[axis] && left < other) {
        return other;
      }
    }
    config.refuse(
        "Unsupported strides " + config.raw("strides") + ", only the same along both axes");
    return strides[0];
  }

  private static Value largest(LayerCall call) {
    return pooled(call, GlobalMaxPool.of(), call.input());
  }

  private static Value mean(LayerCall call) {
    return call.mask().isPresent() && call.config().kind().endsWith("1D")
        ? pooled(call, GlobalAveragePool.of(), call.input(), call.mask().get())
        : pooled(call, GlobalAveragePool.of(), call.input());
  }

  private static Value pooled(LayerCall call, Layer pool, Value... from) {
    if (!call.config().flag("keepdims", false)) {
      return call.last(pool, from);
    }
    Value made = call.before("pool", pool, from);
    int[] shape = new int[call.shape().rank()];
    Arrays.fill(shape, 1);
    shape[shape.length - 1] = made.shape().dimension(0);
    return call.last(Reshape.of(shape), made);
  }
}
