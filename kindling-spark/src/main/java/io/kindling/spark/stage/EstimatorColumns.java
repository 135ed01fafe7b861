package io.kindling.spark.stage;

import io.kindling.network.Network;
import io.kindling.spark.scoring.Derived;
import io.kindling.spark.scoring.OutputColumn;
import io.kindling.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * What a stage with several inputs and outputs reads and writes, as its params say now.
 *
 * @param network up to the outputs that become columns
 */
record EstimatorColumns(Network network, InputColumns inputs, List<String> outputNames) {

  /**
   * The columns of a stage.
   *
   * @param network whose inputs are fed
   */
  static EstimatorColumns of(EstimatorStage<?> stage, Network network) {
    Network scored =
        stage.isDefined(stage.outputLayers())
            ? network.withOutputs(List.of(stage.getOutputLayers()))
            : network;
    return new EstimatorColumns(
        scored,
        new InputColumns(
            network,
            names(stage, stage.inputCols(), InputColumns.ownInputs(network)),
            stage.getPolicies()),
        names(stage, stage.outputCols(), scored.outputs()));
  }

  /** The names a param gives to tensors, which are the tensors' own where it is not set. */
  static List<String> names(
      EstimatorStage<?> stage, StringArrayParam param, List<TensorSpec> tensors) {
    if (!stage.isDefined(param)) {
      return tensors.stream().map(TensorSpec::name).toList();
    }
    List<String> names = List.of(stage.$(param));
    if (names.size() != tensors.size()) {
      throw new IllegalArgumentException(
          "Invalid "
              + param.name()
              + " "
              + names
              + ". The network needs one for each of "
              + tensors
              + ", in this order.");
    }
    return names;
  }

  /** One number becomes a float, more become an array. */
  List<OutputColumn> outputs() {
    List<OutputColumn> outputs = new ArrayList<>();
    for (int i = 0; i < outputNames.size(); i++) {
      boolean single = network.outputs().get(i).shape().size() == 1;
      outputs.add(
          OutputColumn.of(outputNames.get(i), i, single ? Derived.scalar() : Derived.array()));
    }
    return outputs;
  }
}
