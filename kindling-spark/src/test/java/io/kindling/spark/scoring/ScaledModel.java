package io.kindling.spark.scoring;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.column.ColumnInput;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/** A model for {@link ScaledEngine}: {@code size} numbers in, {@code outputs} numbers out. */
record ScaledModel(int size, int outputs, float scale) {

  Network network() {
    return Network.sequential(Input.of("features", size), Dense.of(outputs));
  }

  ModelSource source(String id) {
    float[] parameters = new float[network().parameters().size()];
    parameters[0] = scale;
    return new ModelSource(
        id,
        network().toJson(),
        ParameterSource.of(parameters, new float[0]),
        ScaledEngine.factory());
  }

  ColumnBinding binding(StructType schema) {
    return ColumnBinding.of(
        "NeuralClassifier",
        schema,
        List.of(ColumnInput.of("features", network().inputs().get(0))));
  }

  Scorer scorer(String id, StructType schema, OutputColumn... columns) {
    return Scorer.of(source(id), binding(schema), List.of(columns));
  }
}
