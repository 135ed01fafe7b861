package io.kindling.spark.stage;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The param of a stage that trains one output for one label; see {@link PredictionStage}. */
public final class PredictionParams {

  final Param<String> loss;

  PredictionParams(Params stage) {
    loss = new Param<>(stage.uid(), "loss", "what is made small, as JSON", String.class);
  }
}
