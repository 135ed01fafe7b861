package io.kindling.loss;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/** The targets that losses take. */
final class Targets {

  private Targets() {}

  /** Numbers of the output's shape. */
  static TensorSpec alike(TensorSpec output) {
    return new TensorSpec(output.name(), ElementType.FLOAT32, output.shape());
  }

  /** Numbers of the output's shape, along whose innermost axis stand classes. */
  static TensorSpec alikeByClass(TensorSpec output, String loss) {
    requireClasses(output, loss);
    return alike(output);
  }

  /** A class for each place of the output, from 0. */
  static TensorSpec classOf(TensorSpec output, String loss) {
    requireClasses(output, loss);
    Shape places = new Shape(output.shape().dimensions().subList(0, output.shape().rank() - 1));
    return new TensorSpec(output.name(), ElementType.INT32, places);
  }

  /** (1 − s) t + s / classes. */
  static Tensor smoothed(Tensor target, double smoothing, int classes) {
    return smoothing == 0 ? target : target.times(1 - smoothing).plus(smoothing / classes);
  }

  static void checkSmoothing(double smoothing) {
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw new IllegalArgumentException(
          "Invalid label smoothing " + smoothing + ". Use 0 up to, not including, 1.");
    }
  }

  private static void requireClasses(TensorSpec output, String loss) {
    if (output.shape().isScalar() || output.shape().dimension(-1) < 2) {
      throw new IllegalArgumentException(
          "Output "
              + output
              + " does not suit "
              + loss
              + ", which takes one logit per class, two classes at least. End the network with a"
              + " Dense layer of as many units as there are classes.");
    }
  }
}
