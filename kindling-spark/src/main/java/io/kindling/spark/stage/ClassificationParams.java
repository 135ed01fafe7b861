package io.kindling.spark.stage;

import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The params of classification that Spark's Java-extensible types lack; answered by {@link
 * ClassificationStage}.
 */
public final class ClassificationParams {

  final Param<String> probabilityCol;
  final DoubleArrayParam thresholds;

  ClassificationParams(Params stage) {
    probabilityCol =
        new Param<>(
            stage.uid(),
            "probabilityCol",
            "column name for predicted class probabilities; empty for none",
            String.class);
    thresholds =
        new DoubleArrayParam(
            stage,
            "thresholds",
            "one per class, >= 0 and at most one of them 0: the predicted class is the one with the largest probability /"
                + " threshold",
            ClassificationParams::areThresholds);
    stage.setDefault(probabilityCol, "probability");
  }

  private static Object areThresholds(double[] values) {
    int zeros = 0;
    for (double value : values) {
      if (!(value >= 0)) {
        return false;
      }
      zeros += value == 0 ? 1 : 0;
    }
    return zeros <= 1 && values.length > 0;
  }
}
