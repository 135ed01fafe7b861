package io.kindling.spark.stage;

import io.kindling.network.Network;
import io.kindling.spark.scoring.Derived;
import io.kindling.spark.scoring.Link;
import io.kindling.spark.scoring.OutputColumn;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;

/**
 * What a classifier reads and writes, as its params say now; the same for the estimator and its
 * model. A network tells classes by one logit per class, or by one logit for two classes, above 0
 * for class 1.
 *
 * @param rawPrediction name of the column of logits; empty for none
 * @param probability name of the column of probabilities; empty for none
 * @param prediction name of the column of classes; empty for none
 * @param thresholds one per class, or none at all
 */
record ClassifierColumns(
    Network network,
    InputColumns features,
    String rawPrediction,
    String probability,
    String prediction,
    double[] thresholds) {

  ClassifierColumns {
    if (InputColumns.ownInputs(network).size() != 1 || network.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "Unsupported network with inputs "
              + network.inputs()
              + " and outputs "
              + network.outputs()
              + ". NeuralClassifier takes one of each; use NeuralEstimator for more.");
    }
    TensorSpec output = network.outputs().get(0);
    if (output.shape().rank() > 1) {
      throw new IllegalArgumentException(
          "Unsupported output "
              + output
              + ". NeuralClassifier takes one logit per class: end the network with Flatten and a"
              + " Dense layer of as many units as there are classes.");
    }
    if (thresholds.length > 0 && thresholds.length != numClasses(network)) {
      throw new IllegalArgumentException(
          "Invalid thresholds "
              + Arrays.toString(thresholds)
              + " for "
              + numClasses(network)
              + " classes. Give one per class.");
    }
  }

  static int numClasses(Network network) {
    return Math.max(2, network.outputs().get(0).shape().size());
  }

  static boolean isBinary(Network network) {
    return network.outputs().get(0).shape().size() == 1;
  }

  private Link link() {
    return isBinary(network) ? Link.SIGMOID : Link.SOFTMAX;
  }

  List<OutputColumn> outputs() {
    List<OutputColumn> outputs = new ArrayList<>();
    addIfNamed(outputs, rawPrediction, Derived.raw(link()));
    addIfNamed(outputs, probability, Derived.probability(link()));
    addIfNamed(outputs, prediction, predicted());
    return outputs;
  }

  private Derived predicted() {
    return thresholds.length == 0
        ? Derived.prediction(link())
        : Derived.prediction(link(), thresholds);
  }

  private static void addIfNamed(List<OutputColumn> outputs, String name, Derived derived) {
    if (!name.isEmpty()) {
      outputs.add(OutputColumn.of(name, 0, derived));
    }
  }

  /** The raw prediction of one row's logits. */
  static Vector raw(float[] logits) {
    if (logits.length == 1) {
      return Vectors.dense(-logits[0], logits[0]);
    }
    double[] raw = new double[logits.length];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = logits[i];
    }
    return Vectors.dense(raw);
  }

  /** The class of a raw prediction, just as scoring derives it. */
  double prediction(Vector raw) {
    float[] logits = isBinary(network) ? new float[] {(float) raw.apply(1)} : floats(raw);
    InternalRow row = new GenericInternalRow(1);
    predicted().newDerivation(logits.length).derive(logits, 0, row, 0);
    return row.getDouble(0);
  }

  private static float[] floats(Vector raw) {
    float[] values = new float[raw.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) raw.apply(i);
    }
    return values;
  }
}
