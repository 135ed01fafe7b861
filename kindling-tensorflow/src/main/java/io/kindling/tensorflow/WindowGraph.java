package io.kindling.tensorflow;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Window;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Draws what a window makes of pictures, {@code [rows, height, width, channels]}. */
final class WindowGraph {

  private final Ops tf;
  private final Window window;
  private final List<Long> strides;
  private final String padding;

  WindowGraph(Ops tf, Window window) {
    this.tf = tf;
    this.window = window;
    this.strides = List.of(1L, (long) window.stride(), (long) window.stride(), 1L);
    this.padding = window.padding().name();
  }

  Operand<TFloat32> convolved(Operand<TFloat32> x, Shape picture, Operand<TFloat32> kernel) {
    return window.dilation() == 1
        ? tf.nn.conv2d(x, kernel, strides, padding)
        : apart(x, picture, (parts, touching) -> touching.convolved(parts, picture, kernel));
  }

  Operand<TFloat32> convolvedByChannel(
      Operand<TFloat32> x, Shape picture, Operand<TFloat32> kernel) {
    return window.dilation() == 1
        ? tf.nn.depthwiseConv2dNative(x, kernel, strides, padding)
        : apart(
            x, picture, (parts, touching) -> touching.convolvedByChannel(parts, picture, kernel));
  }

  private interface Convolution {
    Operand<TFloat32> of(Operand<TFloat32> pictures, WindowGraph touching);
  }

  /**
   * A dilated convolution, whose gradients in TensorFlow are wrong without an error: pixels as far
   * apart as the window's cells become pictures of their own, over which the cells touch.
   */
  private Operand<TFloat32> apart(Operand<TFloat32> x, Shape picture, Convolution convolution) {
    int[] cells = {window.height(), window.width()};
    int[] apart = new int[2];
    int[][] paddings = new int[2][];
    int[][] crops = new int[2][];
    for (int axis = 0; axis < 2; axis++) {
      apart[axis] = cells[axis] == 1 ? 1 : window.dilation();
      int before = window.before(picture.dimension(axis), cells[axis]);
      int behind = window.behind(picture.dimension(axis), cells[axis]);
      int size = before + picture.dimension(axis) + behind;
      int more = (apart[axis] - size % apart[axis]) % apart[axis];
      paddings[axis] = new int[] {before, behind + more};
      crops[axis] = new int[] {0, more};
    }
    Operand<TInt32> block = tf.constant(apart);
    WindowGraph touching = new WindowGraph(tf, Window.of(window.height(), window.width()));
    return tf.batchToSpaceNd(
        convolution.of(tf.spaceToBatchNd(x, block, tf.constant(paddings)), touching),
        block,
        tf.constant(crops));
  }

  Operand<TFloat32> convolvedBackwards(
      Operand<TFloat32> y, Operand<TFloat32> kernel, Shape picture) {
    Operand<TInt32> rows =
        tf.slice(tf.shape(y), tf.constant(new int[] {0}), tf.constant(new int[] {1}));
    int[] dimensions = picture.dimensions().stream().mapToInt(Integer::intValue).toArray();
    return tf.nn.conv2dBackpropInput(
        tf.concat(List.of(rows, tf.constant(dimensions)), tf.constant(0)),
        kernel,
        y,
        strides,
        padding);
  }

  Operand<TFloat32> maxPooled(Operand<TFloat32> x) {
    // By hand: TensorFlow-Java offers MaxPoolV2 only, whose window is an input, so that it has no
    // oneDNN kernel.
    return tf.scope()
        .opBuilder("MaxPool", "MaxPool")
        .addInput(x.asOutput())
        .setAttr("ksize", new long[] {1, window.height(), window.width(), 1})
        .setAttr("strides", new long[] {1, window.stride(), window.stride(), 1})
        .setAttr("padding", padding)
        .build()
        .output(0);
  }

  Operand<TFloat32> averagePooled(Operand<TFloat32> x) {
    List<Long> size = List.of(1L, (long) window.height(), (long) window.width(), 1L);
    return tf.nn.avgPool(x, size, strides, padding);
  }
}
