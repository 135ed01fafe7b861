package io.kindling.engine.reference;

import io.kindling.loss.BinaryCrossEntropy;
import io.kindling.loss.CategoricalCrossEntropy;
import io.kindling.loss.Loss;
import io.kindling.loss.LossVisitor;
import io.kindling.loss.MeanSquaredError;
import io.kindling.loss.SparseCategoricalCrossEntropy;
import io.kindling.metric.Accuracy;
import io.kindling.metric.MetricVisitor;
import io.kindling.metric.SquaredError;

/**
 * One output beside its target: the loss and the metrics, summed over the rows. A loss also leaves
 * the derivative of its mean over the rows at the output.
 */
final class LossPass implements LossVisitor<Double>, MetricVisitor<Double> {

  private final Value output;
  private final double[] targets;
  private final Loss loss;

  LossPass(Value output, double[] targets, Loss loss) {
    this.output = output;
    this.targets = targets;
    this.loss = loss;
  }

  double loss() {
    return loss.accept(this);
  }

  @Override
  public Double visit(SparseCategoricalCrossEntropy loss) {
    int classes = output.innermost();
    double[] oneHot = new double[output.numbers().length];
    for (int i = 0; i < targets.length; i++) {
      oneHot[i * classes + (int) targets[i]] = 1;
    }
    return crossEntropy(oneHot);
  }

  @Override
  public Double visit(CategoricalCrossEntropy loss) {
    return crossEntropy(targets);
  }

  private double crossEntropy(double[] t) {
    double[] z = output.numbers();
    int classes = output.innermost();
    double places = (double) output.shape().size() / classes;
    double sum = 0;
    for (int from = 0; from < z.length; from += classes) {
      double[] p = softmax(z, from, classes);
      double weight = 0;
      for (int i = 0; i < classes; i++) {
        sum -= t[from + i] * Math.log(p[i]) / places;
        weight += t[from + i];
      }
      for (int i = 0; i < classes; i++) {
        output.gradients()[from + i] += (weight * p[i] - t[from + i]) / places / output.rows();
      }
    }
    return sum;
  }

  static double[] softmax(double[] z, int from, int classes) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < classes; i++) {
      max = Math.max(max, z[from + i]);
    }
    double[] p = new double[classes];
    double sum = 0;
    for (int i = 0; i < classes; i++) {
      p[i] = Math.exp(z[from + i] - max);
      sum += p[i];
    }
    for (int i = 0; i < classes; i++) {
      p[i] /= sum;
    }
    return p;
  }

  @Override
  public Double visit(BinaryCrossEntropy loss) {
    double size = output.shape().size();
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      double z = output.numbers()[i];
      double t = targets[i];
      sum += (Math.max(z, 0) - z * t + Math.log1p(Math.exp(-Math.abs(z)))) / size;
      output.gradients()[i] += (1 / (1 + Math.exp(-z)) - t) / size / output.rows();
    }
    return sum;
  }

  @Override
  public Double visit(MeanSquaredError loss) {
    double size = output.shape().size();
    for (int i = 0; i < targets.length; i++) {
      output.gradients()[i] += 2 * (output.numbers()[i] - targets[i]) / size / output.rows();
    }
    return squaredErrors();
  }

  @Override
  public Double visit(SquaredError metric) {
    return squaredErrors();
  }

  private double squaredErrors() {
    double sum = 0;
    for (int i = 0; i < targets.length; i++) {
      sum += Math.pow(output.numbers()[i] - targets[i], 2) / output.shape().size();
    }
    return sum;
  }

  @Override
  public Double visit(Accuracy metric) {
    double right = 0;
    if (loss instanceof BinaryCrossEntropy) {
      for (int i = 0; i < targets.length; i++) {
        right += (output.numbers()[i] > 0) == (targets[i] > 0.5) ? 1 : 0;
      }
      return right / output.shape().size();
    }
    int classes = output.innermost();
    int places = output.numbers().length / classes;
    for (int place = 0; place < places; place++) {
      int target =
          loss instanceof SparseCategoricalCrossEntropy
              ? (int) targets[place]
              : largest(targets, place * classes, classes);
      right += largest(output.numbers(), place * classes, classes) == target ? 1 : 0;
    }
    return right * output.rows() / places;
  }

  private static int largest(double[] numbers, int from, int length) {
    int largest = 0;
    for (int i = 1; i < length; i++) {
      largest = numbers[from + i] > numbers[from + largest] ? i : largest;
    }
    return largest;
  }
}
