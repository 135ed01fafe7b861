package io.kindling.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.engine.Engine;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.local.LocalSession;
import io.kindling.tensorflow.TensorFlowEngine;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TensorFlowScoringTest {

  /** One engine for this JVM. */
  private static final class Shared {
    static final Engine ENGINE = TensorFlowEngine.withThreads(1);
  }

  @Test
  void givesTheSameBitsHoweverRowsAreCutIntoBlocks() {
    Network network = Network.sequential(Input.of("features", 3), Dense.of(16).relu(), Dense.of(4));
    ModelSource source =
        new ModelSource(
            "tensorflow",
            network.toJson(),
            ParameterSource.of(network.parameters().initialize(7), network.state().initialize(7)),
            () -> Shared.ENGINE);
    Dataset<Row> table =
        LocalSession.get()
            .range(0, 1000, 1, 3)
            .selectExpr("id", "array(id / 1000, sin(id), cos(id)) as features");
    Scorer scorer =
        Scorer.of(
            source,
            ColumnBinding.of(
                "NeuralModel",
                table.schema(),
                List.of(ColumnInput.of("features", network.inputs().get(0)))),
            List.of(OutputColumn.of("out", 0, Derived.array())));

    List<Row> whole = scorer.transform(table).orderBy("id").collectAsList();
    List<Row> cut =
        scorer.withBlockRows(128).transform(table.coalesce(1)).orderBy("id").collectAsList();

    assertThat(cut).isEqualTo(whole);
    List<Double> first = whole.get(700).getList(1);
    Scorer ofVectors =
        Scorer.of(
            source,
            ColumnBinding.of(
                "predictRaw",
                new StructType().add("features", SQLDataTypes.VectorType()),
                List.of(ColumnInput.of("features", network.inputs().get(0)))),
            List.of());
    float[] one =
        ofVectors.scoreOne(Vectors.dense(first.stream().mapToDouble(x -> x).toArray()))[0];
    List<Float> expected = whole.get(700).getList(2);
    for (int i = 0; i < 4; i++) {
      assertThat(one[i]).isCloseTo(expected.get(i), Offset.offset(1e-5f));
    }
  }
}
