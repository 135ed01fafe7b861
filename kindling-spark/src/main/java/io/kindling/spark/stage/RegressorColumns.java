package io.kindling.spark.stage;

import io.kindling.network.Network;
import io.kindling.spark.scoring.Derived;
import io.kindling.spark.scoring.OutputColumn;
import java.util.List;

/**
 * What a regressor reads and writes, as its params say now; the same for the estimator and its
 * model.
 *
 * @param prediction name of the column of predictions; empty for none
 */
record RegressorColumns(Network network, InputColumns features, String prediction) {

  RegressorColumns {
    if (InputColumns.ownInputs(network).size() != 1
        || network.outputs().size() != 1
        || network.outputs().get(0).shape().size() != 1) {
      throw new IllegalArgumentException(
          "Unsupported network with inputs "
              + network.inputs()
              + " and outputs "
              + network.outputs()
              + ". NeuralRegressor takes one input and gives one number per row: end the network"
              + " with Dense.of(1), or use NeuralEstimator for more.");
    }
  }

  List<OutputColumn> outputs() {
    return prediction.isEmpty()
        ? List.of()
        : List.of(OutputColumn.of(prediction, 0, Derived.value()));
  }
}
