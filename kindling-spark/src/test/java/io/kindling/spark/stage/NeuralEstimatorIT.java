package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.loss.Loss;
import io.kindling.metric.ClassScore;
import io.kindling.metric.Evaluation;
import io.kindling.metric.Metric;
import io.kindling.network.Concatenate;
import io.kindling.network.Dense;
import io.kindling.network.Initializer;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.spark.testing.Points;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensorflow.GraphNetwork;
import io.kindling.training.EpochReport;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

class NeuralEstimatorIT {

  private final SparkSession spark = LocalClusterSession.get();

  /**
   * {@code facts}, an array, and {@code extra}, a number, tell {@code label} and {@code height}.
   */
  private final Dataset<Row> table =
      new Points(11)
          .table(spark, 400, 0, 350)
          .withColumn(
              "facts",
              functions.vector_to_array(org.apache.spark.sql.functions.col("features"), "float32"))
          .selectExpr(
              "id",
              "facts",
              "facts[0] * 2 AS extra",
              "label",
              "height",
              "id % 5 = 0 AS held",
              "CAST(label = 0 AS int) AS yes");

  private static NeuralEstimator twoOfEach() {
    Input facts = Input.of("facts", Points.SIZE);
    Input extra = Input.of("extra", 1);
    Node both = Concatenate.of().on(facts, extra);
    Node hidden = Dense.of(24).relu().on(both);
    return new NeuralEstimator()
        .setNetwork(
            Network.functional(
                List.of(facts, extra),
                List.of(
                    Dense.of(Points.CLASSES).named("kind").on(hidden),
                    Dense.of(1).named("height").on(hidden))))
        .setLosses(
            Map.of("kind", Loss.sparseCategoricalCrossEntropy(), "height", Loss.meanSquaredError()))
        .setMetrics(Metric.accuracy())
        .setLabelCols("label", "height")
        .setOutputCols("logits", "predicted")
        .setOptimizer(Optimizers.adam(0.02))
        .setEpochs(8)
        .setBatchSize(50)
        .setNumWorkers(2);
  }

  @Test
  void rowsCountAsMuchAsTheirWeights() {
    // The least squared error of 0 once and 1 three times is at 0.75; by rows it would be at 0.5.
    Dataset<Row> contradictory =
        table.selectExpr(
            "1F AS x", "id % 2 AS y", "CAST(IF(id % 2 = 1, 1.5, 0.5) AS float) AS weight", "held");
    NeuralModel model =
        new NeuralEstimator()
            .setNetwork(
                Network.sequential(Input.of("x", 1), Dense.of(1).withoutBias().named("guess")))
            .setLosses(Map.of("guess", Loss.meanSquaredError()))
            .setMetrics(Metric.rootMeanSquaredError())
            .setLabelCols("y")
            .setWeightCol("weight")
            .setValidationIndicatorCol("held")
            .setOptimizer(Optimizers.sgd(0.05))
            .setEpochs(5)
            .setBatchSize(25)
            .setNumWorkers(2)
            .fit(contradictory);
    Dataset<Row> scored = model.transform(contradictory.where("held"));
    assertThat((double) scored.first().<Float>getAs("guess")).isCloseTo(0.75, Offset.offset(0.03));
    double error =
        new RegressionEvaluator()
            .setLabelCol("y")
            .setPredictionCol("guess")
            .setWeightCol("weight")
            .evaluate(scored);
    assertThat(model.summary().last().validation().orElseThrow().metrics().get("rmse"))
        .isCloseTo(error, Offset.offset(1e-5));
  }

  @Test
  void learnsTwoOutputsFromTwoInputs() {
    NeuralModel model = twoOfEach().fit(table);
    Dataset<Row> scored = model.transform(table);

    assertThat(scored.schema().apply("logits").dataType().catalogString())
        .isEqualTo("array<float>");
    assertThat(scored.schema().apply("predicted").dataType()).isEqualTo(DataTypes.FloatType);
    assertThat(
            scored.where("array_position(logits, array_max(logits)) - 1 = label").count() / 750.0)
        .isGreaterThan(0.85);
    assertThat(
            new RegressionEvaluator()
                .setLabelCol("height")
                .setPredictionCol("predicted")
                .setMetricName("r2")
                .evaluate(scored))
        .isGreaterThan(0.9);
    double[] losses = model.summary().objectiveHistory();
    assertThat(losses[losses.length - 1]).isLessThan(losses[0] / 2);
    assertThat(model.summary().last().training().metrics()).containsKey("accuracy");
  }

  @Test
  void validatesOnTheRowsThatAreMarkedAndTrainsOnTheOthers() {
    NeuralModel model = twoOfEach().setValidationIndicatorCol("held").fit(table);
    Evaluation validation = model.summary().last().validation().orElseThrow();

    assertThat(model.summary().last().training().rows()).isEqualTo(600);
    assertThat(validation.rows()).isEqualTo(150);
    long right =
        model
            .transform(table.where("held"))
            .where("array_position(logits, array_max(logits)) - 1 = label")
            .count();
    assertThat(validation.metrics().get("accuracy")).isCloseTo(right / 150.0, Offset.offset(1e-6));
  }

  private Map<String, Double> validated(
      Network network, Loss loss, String label, Metric... metrics) {
    NeuralModel model = one(network, loss, label, metrics).fit(table);
    return model.summary().last().validation().orElseThrow().metrics();
  }

  private static NeuralEstimator one(Network network, Loss loss, String label, Metric... metrics) {
    return new NeuralEstimator()
        .setNetwork(network)
        .setLosses(Map.of("out", loss))
        .setMetrics(metrics)
        .setLabelCols(label)
        .setOutputCols("output")
        .setOptimizer(Optimizers.adam(0.01))
        .setEpochs(2)
        .setValidationIndicatorCol("held")
        .setNumWorkers(2);
  }

  private Dataset<Row> scored(Network network, Loss loss, String label) {
    return one(network, loss, label).fit(table).transform(table.where("held"));
  }

  private static Network facts(int outputs) {
    return Network.sequential(
        Input.of("facts", Points.SIZE), Dense.of(8).relu(), Dense.of(outputs).named("out"));
  }

  @Test
  void metricsOfClassesAreThoseOfSparksEvaluators() {
    Network network = facts(Points.CLASSES);
    Loss loss = Loss.sparseCategoricalCrossEntropy();
    Map<String, Double> metrics =
        validated(
            network,
            loss,
            "label",
            Metric.accuracy(),
            Metric.precision(ClassScore.Over.ROWS),
            Metric.recall(ClassScore.Over.ROWS),
            Metric.f1(ClassScore.Over.ROWS));
    Dataset<Row> scored =
        scored(network, loss, "label")
            .selectExpr(
                "CAST(label AS double) AS label",
                "CAST(array_position(output, array_max(output)) - 1 AS double) AS prediction");
    Map.of(
            "accuracy", "accuracy",
            "weighted_precision", "weightedPrecision",
            "weighted_recall", "weightedRecall",
            "weighted_f1", "f1")
        .forEach(
            (mine, theirs) ->
                assertThat(metrics.get(mine))
                    .as(mine)
                    .isCloseTo(
                        new MulticlassClassificationEvaluator()
                            .setMetricName(theirs)
                            .evaluate(scored),
                        Offset.offset(1e-6)));
  }

  @Test
  void areasUnderCurvesAreThoseOfSparksEvaluators() {
    Loss loss = Loss.binaryCrossEntropy();
    Map<String, Double> metrics =
        validated(facts(1), loss, "yes", Metric.areaUnderRoc(), Metric.areaUnderPr());
    Dataset<Row> scored =
        scored(facts(1), loss, "yes")
            .selectExpr("CAST(yes AS double) AS label", "CAST(output AS double) AS raw");
    Map.of("auc", "areaUnderROC", "auc_pr", "areaUnderPR")
        .forEach(
            (mine, theirs) ->
                assertThat(metrics.get(mine))
                    .as(mine)
                    .isCloseTo(
                        new BinaryClassificationEvaluator()
                            .setRawPredictionCol("raw")
                            .setMetricName(theirs)
                            .evaluate(scored),
                        Offset.offset(2e-3)));
  }

  @Test
  void errorsAreThoseOfSparksEvaluators() {
    Map<String, Double> metrics =
        validated(
            facts(1),
            Loss.meanSquaredError(),
            "height",
            Metric.meanSquaredError(),
            Metric.rootMeanSquaredError(),
            Metric.meanAbsoluteError(),
            Metric.r2());
    Dataset<Row> scored =
        scored(facts(1), Loss.meanSquaredError(), "height")
            .selectExpr("CAST(height AS double) AS label", "CAST(output AS double) AS prediction");
    Map.of("mse", "mse", "rmse", "rmse", "absolute_error", "mae", "r2", "r2")
        .forEach(
            (mine, theirs) ->
                assertThat(metrics.get(mine))
                    .as(mine)
                    .isCloseTo(
                        new RegressionEvaluator().setMetricName(theirs).evaluate(scored),
                        Offset.offset(1e-4)));
  }

  @Test
  void validatesOnAShareOfTheRowsThatTheSeedDraws() {
    List<EpochReport> once =
        twoOfEach().setEpochs(2).setValidationFraction(0.2).fit(table).summary().history().epochs();
    List<EpochReport> again =
        twoOfEach()
            .setEpochs(2)
            .setValidationFraction(0.2)
            .setNumWorkers(3)
            .fit(table)
            .summary()
            .history()
            .epochs();

    long validated = once.get(0).validation().orElseThrow().rows();
    assertThat(validated).isBetween(110L, 190L);
    assertThat(once.get(0).training().rows()).isEqualTo(750 - validated);
    assertThat(again.get(1).validation().orElseThrow().rows()).isEqualTo(validated);
    assertThat(again.get(1).validation().orElseThrow().loss())
        .isCloseTo(once.get(1).validation().orElseThrow().loss(), Offset.offset(1e-3));
  }

  @Test
  void namesEveryColumnThatDoesNotFit() {
    assertThatThrownBy(
            () ->
                twoOfEach()
                    .setInputCols("facts", "facts")
                    .setLabelCols("none", "height")
                    .fit(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Column 'none' is missing.");
  }

  @Test
  void trainsAGraphWithItsOwnLoss(@TempDir Path folder) throws Exception {
    GraphNetwork linear =
        GraphNetwork.of(
            g -> {
              Ops tf = g.tf();
              Operand<TFloat32> x = g.input("facts", Points.SIZE);
              Operand<TFloat32> t =
                  g.target("height", ElementType.FLOAT32, 1).asOutput().expect(TFloat32.class);
              Operand<TFloat32> w =
                  g.parameter("w", Shape.of(Points.SIZE, 1), Initializer.glorotUniform());
              Operand<TFloat32> y = tf.linalg.matMul(x, w);
              return GraphNetwork.drawn("y", y)
                  .withLoss(
                      tf.math.mean(tf.math.squaredDifference(y, t), tf.constant(new int[] {0, 1})));
            });
    NeuralModel model =
        new NeuralEstimator()
            .setNetwork(linear)
            .setOutputCols("predicted")
            .setOptimizer(Optimizers.adam(0.05))
            .setEpochs(20)
            .setBatchSize(50)
            .setNumWorkers(3)
            .fit(table);

    // The height is the sum of the features times 1 to 6, by 6.
    for (int i = 0; i < Points.SIZE; i++) {
      assertThat((double) model.model().parameters()[i])
          .isCloseTo((i + 1.0) / Points.SIZE, Offset.offset(0.01));
    }
    model.save(folder.resolve("graph").toString());
    NeuralModel loaded = NeuralModel.load(folder.resolve("graph").toString());
    assertThat(rows(loaded.transform(table))).isEqualTo(rows(model.transform(table)));
  }

  private static List<Row> rows(Dataset<Row> table) {
    return Arrays.asList((Row[]) table.select("id", "predicted").orderBy("id").collect());
  }
}
