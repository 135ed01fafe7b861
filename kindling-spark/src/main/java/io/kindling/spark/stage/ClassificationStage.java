package io.kindling.spark.stage;

import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Probabilities and thresholds, under Spark's names. Declared here because Spark's {@code
 * ProbabilisticClassificationModel} cannot be extended in Java.
 *
 * @param <S> the stage itself, which setters return
 */
public interface ClassificationStage<S extends ClassificationStage<S>> extends Params {

  /** The params; an implementation detail that Java asks to be public. */
  ClassificationParams classification();

  default Param<String> probabilityCol() {
    return classification().probabilityCol;
  }

  default DoubleArrayParam thresholds() {
    return classification().thresholds;
  }

  @SuppressWarnings("unchecked") // a stage names itself as S
  default S setProbabilityCol(String value) {
    set(probabilityCol().w(value));
    return (S) this;
  }

  /**
   * One threshold per class: the prediction is the class with the largest probability divided by
   * its threshold.
   */
  @SuppressWarnings("unchecked") // a stage names itself as S
  default S setThresholds(double[] value) {
    set(thresholds().w(value));
    return (S) this;
  }

  default String getProbabilityCol() {
    return $(probabilityCol());
  }

  default double[] getThresholds() {
    return $(thresholds());
  }
}
