package io.kindling.spark.stage;

import io.kindling.network.Network;
import io.kindling.tensor.TensorSpec;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;

/**
 * How a network tells classes: one logit per class, or one logit for two classes, above 0 for class 1.
 */
final class Classes {

  private Classes() {}

  /**
   * @throws IllegalArgumentException if the network has not one input and one output of logits
   */
  static void check(Network network) {
    if (network.inputs().size() != 1 || network.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "Unsupported network with inputs " + network.inputs() + " and outputs " + network.outputs()
              + ". NeuralClassifier takes one of each; use NeuralEstimator for more.");
    }
    TensorSpec output = network.outputs().get(0);
    if (output.shape().rank() > 1) {
      throw new IllegalArgumentException(
          "Unsupported output " + output + ". NeuralClassifier takes one logit per class: end the network with Flatten and a"
              + " Dense layer of as many units as there are classes.");
    }
  }

  static int count(Network network) {
    return Math.max(2, network.outputs().get(0).shape().size());
  }

  static boolean isBinary(Network network) {
    return network.outputs().get(0).shape().size() == 1;
  }

  /** The raw prediction of a row's outputs. */
  static Vector raw(float[] logits) {
    if (logits.length == 1) {
      return Vectors.dense(-logits[0], new double[] {logits[0]});
    }
    double[] raw = new double[logits.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = logits[i];
    }
    return Vectors.dense(raw);
  }
}
