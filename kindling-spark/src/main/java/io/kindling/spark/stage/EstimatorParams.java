package io.kindling.spark.stage;

import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/** The columns of a network with several inputs and outputs; answered by {@link EstimatorStage}. */
public final class EstimatorParams {

  final StringArrayParam inputCols;
  final StringArrayParam labelCols;
  final StringArrayParam outputCols;
  final StringArrayParam outputLayers;
  final Param<String> losses;

  EstimatorParams(Params stage) {
    inputCols =
        new StringArrayParam(
            stage, "inputCols", "columns, one per input of the network, in its order");
    labelCols =
        new StringArrayParam(
            stage, "labelCols", "columns, one per target, in the order of the outputs");
    outputCols =
        new StringArrayParam(
            stage, "outputCols", "new columns, one per output of the network, in its order");
    outputLayers =
        new StringArrayParam(
            stage,
            "outputLayers",
            "layers whose values become columns, in the place of the network's outputs");
    losses = new Param<>(stage.uid(), "losses", "loss per output, as JSON", String.class);
  }
}
