package io.kindling.spark.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.loss.Loss;
import io.kindling.network.BatchNorm;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Initializer;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.stage.NeuralEstimator;
import io.kindling.spark.stage.NeuralModel;
import io.kindling.spark.testing.Points;
import io.kindling.training.EpochReport;
import io.kindling.training.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The order of rows is a function of seed and epoch, not of the number of workers: input partitions
 * of very different sizes, some empty, and a last step of 53 rows.
 */
@TestInstance(Lifecycle.PER_CLASS)
class TrainingOrderIT {

  private static final int[] PARTITIONS = {0, 713, 1, 0, 402, 137};
  private static final int ROWS = 1253;
  private static final int BATCH = 100;
  private static final int EPOCHS = 3;
  private static final int TEST_ROWS = 4000;

  private final SparkSession spark = LocalClusterSession.get();
  private final Dataset<Row> table = new Points(7).table(spark, PARTITIONS);
  private final Map<Integer, NeuralClassificationModel> withSgd = new HashMap<>();

  private NeuralClassificationModel train(Optimizer optimizer, int epochs, int workers) {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", Points.SIZE),
                Dense.of(16).relu(),
                BatchNorm.of().withMomentum(0.9),
                Dropout.of(0.2),
                Dense.of(Points.CLASSES)))
        .setOptimizer(optimizer)
        .setEpochs(epochs)
        .setBatchSize(BATCH)
        .setSeed(42)
        .setNumWorkers(workers)
        .fit(table);
  }

  private NeuralClassificationModel withSgd(int workers) {
    return withSgd.computeIfAbsent(workers, each -> train(Optimizers.sgd(0.1), EPOCHS, each));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void countsEveryRowOncePerEpoch(int workers) {
    History history = withSgd(workers).summary().history();

    assertThat(history.epochs())
        .hasSize(EPOCHS)
        .allSatisfy(
            epoch -> {
              assertThat(epoch.training().rows()).isEqualTo(ROWS);
              assertThat(epoch.steps()).isEqualTo((ROWS + BATCH - 1) / BATCH);
            });
    assertThat(history.stepLosses()).hasSize(EPOCHS * 13);
  }

  /**
   * A row is a unit vector of its own, so its weight after one epoch of plain descent from 0 is 2
   * over the rows of the step that saw it, times how often it was seen.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void computesEveryRowOncePerEpoch(int workers) {
    int rows = 250;
    Dataset<Row> unitVectors =
        spark
            .range(0, rows, 1, 7)
            .select(
                functions
                    .expr("transform(sequence(0, 249), i -> if(i = id, 1f, 0f))")
                    .as("features"),
                functions.lit(1f).as("target"));

    NeuralModel model =
        new NeuralEstimator()
            .setNetwork(
                Network.sequential(
                    Input.of("features", rows),
                    Dense.of(1).withoutBias().withKernelInitializer(Initializer.zeros())))
            .setLoss(Loss.meanSquaredError())
            .setLabelCols("target")
            .setOptimizer(Optimizers.sgd(1))
            .setEpochs(1)
            .setBatchSize(BATCH)
            .setNumWorkers(workers)
            .fit(unitVectors);

    Map<Integer, Integer> weights = new TreeMap<>();
    for (int i = 0; i < rows; i++) {
      weights.merge(Math.round(model.model().parameters()[i] * 10_000), 1, Integer::sum);
    }
    assertThat(weights).isEqualTo(Map.of(200, 200, 400, 50));
  }

  @Test
  void takesTheSameStepsWithAnyNumberOfWorkers() {
    History alone = withSgd(1).summary().history();

    for (int workers : new int[] {2, 3}) {
      History together = withSgd(workers).summary().history();
      for (int step = 0; step < 10; step++) {
        double expected = alone.stepLosses()[step];
        assertThat((double) together.stepLosses()[step])
            .as("step %d of %d workers", step, workers)
            .isCloseTo(expected, Offset.offset(1e-5 * expected));
      }
      List<Double> expected = losses(alone);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        assertThat(losses(together).get(epoch))
            .as("epoch %d of %d workers", epoch + 1, workers)
            .isCloseTo(expected.get(epoch), Offset.offset(1e-3 * expected.get(epoch)));
      }
    }
  }

  private static List<Double> losses(History history) {
    List<Double> losses = new ArrayList<>();
    for (EpochReport epoch : history.epochs()) {
      losses.add(epoch.training().loss());
    }
    return losses;
  }

  @Test
  void givesTheSameBitsWhenRunAgain() {
    for (int workers : new int[] {2, 3}) {
      NeuralClassificationModel first = withSgd(workers);
      NeuralClassificationModel again = train(Optimizers.sgd(0.1), EPOCHS, workers);

      assertThat(again.summary().history().stepLosses())
          .isEqualTo(first.summary().history().stepLosses());
      assertThat(again.model().parameters()).isEqualTo(first.model().parameters());
      assertThat(again.model().state()).isEqualTo(first.model().state());
    }
  }

  @Test
  void classifiesAsWellWithAnyNumberOfWorkers() {
    Dataset<Row> unseen = new Points(8).table(spark, TEST_ROWS / 2, TEST_ROWS / 2).cache();
    double alone = accuracy(train(Optimizers.adam(0.01), 5, 1), unseen);

    assertThat(alone).isGreaterThan(0.85);
    for (int workers : new int[] {2, 3}) {
      assertThat(accuracy(train(Optimizers.adam(0.01), 5, workers), unseen))
          .as("accuracy of %d workers", workers)
          .isCloseTo(alone, Offset.offset(0.003));
    }
    unseen.unpersist();
  }

  private static double accuracy(NeuralClassificationModel model, Dataset<Row> table) {
    return new MulticlassClassificationEvaluator()
        .setMetricName("accuracy")
        .evaluate(model.transform(table));
  }
}
