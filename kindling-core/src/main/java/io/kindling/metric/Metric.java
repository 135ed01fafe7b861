package io.kindling.metric;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import io.kindling.loss.ErrorFormula;
import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/**
 * A number that tells how good outputs are, made of a few sums over rows.
 *
 * <p>Anyone may write another: a record whose components are its settings, which Jackson can write
 * and read; in texts it stands under its class name.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "type")
@JsonTypeIdResolver(MetricTypeIds.class)
public interface Metric {

  /** The name in histories and on screen. */
  String name();

  /**
   * Why this metric cannot watch an output, in a sentence; empty where it can.
   *
   * @param loss what the output is trained with, whose target the metric compares it with
   */
  Optional<String> mismatch(TensorSpec output, Loss loss);

  /** How many sums it keeps of an output. */
  int accumulators(TensorSpec output, Loss loss);

  /**
   * What a row adds to the sums, as a vector of as many numbers, or one number of shape {@code []}.
   */
  Tensor ofRows(Tensor output, Tensor target, Loss loss);

  /**
   * The metric of its sums.
   *
   * @param sums its own, over {@code rows} rows, more than none; where rows have weights, each
   *     row's part times its weight
   * @param rows how many, or the sum of their weights
   */
  double value(double[] sums, double rows);

  static Metric accuracy() {
    return new Accuracy();
  }

  /** The share of rows whose class is among the {@code k} largest outputs. */
  static Metric topKAccuracy(int k) {
    return new TopKAccuracy(k);
  }

  /** The share of those taken for a class that belong to it. */
  static Metric precision(ClassScore.Over over) {
    return new ClassScore(ClassScore.Kind.PRECISION, 1, over);
  }

  /** The share of those that belong to a class that are taken for it. */
  static Metric recall(ClassScore.Over over) {
    return new ClassScore(ClassScore.Kind.RECALL, 1, over);
  }

  /** The harmonic mean of precision and recall. */
  static Metric f1(ClassScore.Over over) {
    return new ClassScore(ClassScore.Kind.F, 1, over);
  }

  /** The area under the ROC curve, from 1,000 thresholds. */
  static Metric areaUnderRoc() {
    return new AreaUnderCurve(AreaUnderCurve.Curve.ROC, 1000);
  }

  /** The area under the curve of precision over recall, from 1,000 thresholds. */
  static Metric areaUnderPr() {
    return new AreaUnderCurve(AreaUnderCurve.Curve.PR, 1000);
  }

  static Metric logLoss() {
    return new LogLoss();
  }

  /** The mean of a formula over rows and their numbers. */
  static Metric mean(ErrorFormula formula) {
    return new MeanOf(formula);
  }

  static Metric meanSquaredError() {
    return mean(ErrorFormula.SQUARED_ERROR);
  }

  static Metric meanAbsoluteError() {
    return mean(ErrorFormula.ABSOLUTE_ERROR);
  }

  static Metric rootMeanSquaredError() {
    return new RootMeanSquaredError();
  }

  /** The coefficient of determination. */
  static Metric r2() {
    return new RSquared();
  }

  /** The share of rows whose item is among the {@code k} largest outputs of its candidates. */
  static Metric hitRatio(int k) {
    return new HitRatio(k);
  }

  /** Normalised discounted cumulative gain, with one right item among a row's candidates. */
  static Metric ndcg(int k) {
    return new Ndcg(k);
  }
}
