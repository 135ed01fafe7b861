package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Dot;
import io.kindling.network.Dropout;
import io.kindling.network.Embedding;
import io.kindling.network.Input;
import io.kindling.network.Layer;
import io.kindling.network.LayerScope;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.Reshape;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.local.LocalClusterSession;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.evaluation.RegressionEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whether one worker trains or two, whether Spark scores a table or a program one row: the answers
 * are the same. Cases EL-01 to EL-08.
 */
class SameAnswersIT {

  private static final int PIXELS = 784;
  private static final int CLASSES = 10;
  private static final int PICTURES = 1000;
  private static final int FACTS = 13;
  private static final int HOUSES = 506;

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType, false)
          .add("features", SQLDataTypes.VectorType(), false)
          .add("label", DataTypes.DoubleType, false);

  private final SparkSession spark = LocalClusterSession.get();

  /** Ten pictures of noise, and more noise on each of their copies. */
  private Dataset<Row> pictures() {
    Random random = new Random(1);
    double[][] originals = new double[CLASSES][];
    Arrays.setAll(originals, unused -> random.doubles(PIXELS).toArray());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      double[] original = originals[i % CLASSES];
      double[] pixels = new double[PIXELS];
      Arrays.setAll(pixels, j -> (original[j] + random.nextDouble()) / 2);
      rows.add(RowFactory.create(i, Vectors.dense(pixels), (double) (i % CLASSES)));
    }
    return table(rows);
  }

  /** Prices of 5 to 50 that bend with some of the facts. */
  private Dataset<Row> houses() {
    Random random = new Random(2);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < HOUSES; i++) {
      double[] x = random.doubles(FACTS, -1, 1).toArray();
      double price = 25 + 8 * x[0] - 5 * x[1] + 6 * x[2] * x[3] + 3 * Math.sin(3 * x[4]);
      rows.add(RowFactory.create(i, Vectors.dense(x), price));
    }
    return table(rows);
  }

  private Dataset<Row> table(List<Row> rows) {
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 3), SCHEMA);
  }

  private static NeuralClassifier classifier() {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", PIXELS),
                Dense.of(128).relu(),
                Dropout.of(0.2),
                Dense.of(128).relu(),
                Dropout.of(0.2),
                Dense.of(CLASSES)))
        .setOptimizer(Optimizers.sgd(0.1))
        .setEpochs(10)
        .setBatchSize(64)
        .setSeed(1);
  }

  private static NeuralRegressor regressor() {
    return new NeuralRegressor()
        .setNetwork(
            Network.sequential(
                Input.of("features", FACTS), Dense.of(64).relu(), Dense.of(64).relu(), Dense.of(1)))
        .setOptimizer(Optimizers.adam(0.01))
        .setEpochs(40)
        .setBatchSize(64)
        .setSeed(1);
  }

  // EL-01
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aClassIsTheSameInATableAndByItself(int workers) {
    Dataset<Row> pictures = pictures();
    NeuralClassificationModel model = classifier().setNumWorkers(workers).fit(pictures);
    Dataset<Row> scored = model.transform(pictures);
    long right = 0;
    for (Row row : rows(scored)) {
      double alone = model.predict(row.getAs("features"));
      assertThat(row.<Double>getAs("prediction")).isEqualTo(alone);
      right += alone == row.<Double>getAs("label") ? 1 : 0;
    }

    assertThat(right).isGreaterThanOrEqualTo(990);
    assertThat(new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored))
        .isCloseTo(right / (double) PICTURES, within(1e-12));
  }

  // EL-01
  @Test
  void twoWorkersTeachTheSameClassesAsOne() {
    Dataset<Row> pictures = pictures();
    List<Row> one = rows(classifier().setNumWorkers(1).fit(pictures).transform(pictures));
    List<Row> two = rows(classifier().setNumWorkers(2).fit(pictures).transform(pictures));

    for (int i = 0; i < PICTURES; i++) {
      assertThat(two.get(i).<Double>getAs("prediction")).isEqualTo(one.get(i).getAs("prediction"));
    }
  }

  // EL-02
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aNumberIsTheSameInATableAndByItself(int workers) {
    Dataset<Row> houses = houses();
    NeuralRegressionModel model = regressor().setNumWorkers(workers).fit(houses);
    Dataset<Row> scored = model.transform(houses);
    double squares = 0;
    for (Row row : rows(scored)) {
      double alone = model.predict(row.getAs("features"));
      assertThat(row.<Double>getAs("prediction")).isCloseTo(alone, within(1e-5 * alone));
      squares += Math.pow(alone - row.<Double>getAs("label"), 2);
    }
    double error = Math.sqrt(squares / HOUSES);

    assertThat(error).isLessThan(2);
    assertThat(new RegressionEvaluator().setMetricName("rmse").evaluate(scored))
        .isCloseTo(error, within(1e-4));
  }

  // EL-02
  @Test
  void twoWorkersTeachTheSameNumbersAsOneWithinAHundredth() {
    Dataset<Row> houses = houses();
    List<Row> one = rows(regressor().setNumWorkers(1).fit(houses).transform(houses));
    List<Row> two = rows(regressor().setNumWorkers(2).fit(houses).transform(houses));

    for (int i = 0; i < HOUSES; i++) {
      double expected = one.get(i).getAs("prediction");
      assertThat(two.get(i).<Double>getAs("prediction"))
          .isCloseTo(expected, within(0.01 * expected));
    }
  }

  // EL-03
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void learnsFromTwoInputsThatAreLookedUp(int workers) {
    Dataset<Row> ratings =
        spark
            .range(0, 2000, 1, 3)
            .selectExpr("id", "CAST(id % 50 AS int) AS person", "CAST(id DIV 50 AS int) AS film")
            .selectExpr("*", "CAST(IF(person % 2 = film % 2, 5, 1) AS float) AS rating");
    Input person = Input.ofWholeNumbers("person");
    Input film = Input.ofWholeNumbers("film");
    Node product = Dot.of().on(Embedding.of(50, 50).on(person), Embedding.of(40, 50).on(film));
    NeuralModel model =
        new NeuralEstimator()
            .setNetwork(
                Network.functional(
                    List.of(person, film), List.of(Reshape.of(1).named("rated").on(product))))
            .setLoss(Loss.meanSquaredError())
            .setLabelCols("rating")
            .setOptimizer(Optimizers.adam(0.01))
            .setEpochs(20)
            .setBatchSize(64)
            .setNumWorkers(workers)
            .setSeed(1)
            .fit(ratings);

    assertThat(
            new RegressionEvaluator()
                .setLabelCol("rating")
                .setPredictionCol("rated")
                .evaluate(model.transform(ratings)))
        .isLessThan(0.1);
  }

  /** y = σ(x) + 1, which nobody else has. */
  record RaisedSigmoid(String name) implements Layer {
    @Override
    public RaisedSigmoid named(String name) {
      return new RaisedSigmoid(name);
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
      return Layer.only(inputs);
    }

    @Override
    public Tensor apply(LayerScope scope, List<Tensor> inputs) {
      return inputs.get(0).sigmoid().plus(1);
    }
  }

  // EL-04
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void trainsThroughAnActivationOfOnesOwn(int workers, @TempDir Path folder) throws Exception {
    Dataset<Row> pictures = pictures();
    NeuralClassificationModel model =
        classifier()
            .setNetwork(
                Network.sequential(
                    Input.of("features", PIXELS),
                    Dense.of(128),
                    new RaisedSigmoid(null),
                    Dense.of(CLASSES)))
            .setNumWorkers(workers)
            .fit(pictures);
    String path = folder.resolve("model").toString();
    model.save(path);
    Dataset<Row> scored = NeuralClassificationModel.load(path).transform(pictures);

    assertThat(scored.where("prediction = label").count()).isGreaterThanOrEqualTo(990);
  }

  // EL-05. Floats: a block's sums run in another order than a row's.
  @Test
  void probabilitiesAreTheSameRowByRowAndInBlocks() {
    Dataset<Row> pictures = pictures();
    NeuralClassificationModel model = classifier().setEpochs(2).fit(pictures);
    List<Row> inBlocks = rows(model.transform(pictures));
    List<Row> rowByRow = rows(model.transform(pictures.where("id < 100").repartition(100)));

    for (int i = 0; i < rowByRow.size(); i++) {
      double[] expected = inBlocks.get(i).<Vector>getAs("probability").toArray();
      assertThat(expected).hasSize(CLASSES);
      assertThat(rowByRow.get(i).<Vector>getAs("probability").toArray())
          .containsExactly(expected, within(1e-6));
      assertThat(rowByRow.get(i).<Double>getAs("prediction"))
          .isEqualTo(inBlocks.get(i).<Double>getAs("prediction"));
    }
  }

  // EL-06
  @Test
  void whatIsSavedIsLoadedAsItWas(@TempDir Path folder) throws Exception {
    Dataset<Row> pictures = pictures();
    NeuralClassifier classifier = classifier().setEpochs(1);
    classifier.save(folder.resolve("estimator").toString());
    NeuralClassifier again = NeuralClassifier.load(folder.resolve("estimator").toString());
    assertThat(again.getNetwork()).isEqualTo(classifier.getNetwork());
    assertThat(again.getOptimizer()).isEqualTo(classifier.getOptimizer());

    PipelineModel pipeline = new Pipeline().setStages(new PipelineStage[] {again}).fit(pictures);
    pipeline.save(folder.resolve("pipeline").toString());
    PipelineModel loaded = PipelineModel.load(folder.resolve("pipeline").toString());
    NeuralClassificationModel model = (NeuralClassificationModel) loaded.stages()[0];
    assertThat(model.model().network()).isEqualTo(classifier.getNetwork());
    assertThat(rows(loaded.transform(pictures))).isEqualTo(rows(pipeline.transform(pictures)));
  }

  // EL-07
  @Test
  void sayWhatTheyAreSetToAndWhatToUnlessSet() {
    NeuralClassifier classifier = new NeuralClassifier();
    Map.of(
            "epochs", 10,
            "batchSize", 128,
            "seed", 0L,
            "validationFraction", 0.0,
            "featuresCol", "features",
            "labelCol", "label",
            "predictionCol", "prediction",
            "probabilityCol", "probability",
            "rawPredictionCol", "rawPrediction")
        .forEach(
            (name, value) ->
                assertThat(classifier.getOrDefault(classifier.getParam(name)))
                    .as(name)
                    .isEqualTo(value));

    classifier.setEpochs(3).setBatchSize(32).setSeed(7);
    assertThat(classifier.getEpochs()).isEqualTo(3);
    assertThat(classifier.getBatchSize()).isEqualTo(32);
    assertThat(classifier.getSeed()).isEqualTo(7);
    assertThat(classifier.explainParams()).contains("current: 32").contains("default: 10");
  }

  // EL-08
  @Test
  void readAndWriteTheColumnsTheyAreTold() {
    Dataset<Row> renamed =
        pictures().withColumnRenamed("features", "pixels").withColumnRenamed("label", "kind");
    Dataset<Row> scored =
        classifier()
            .setEpochs(1)
            .setFeaturesCol("pixels")
            .setLabelCol("kind")
            .setPredictionCol("guess")
            .setProbabilityCol("chances")
            .setRawPredictionCol("")
            .fit(renamed)
            .transform(renamed);

    assertThat(scored.columns()).containsExactly("id", "pixels", "kind", "chances", "guess");
  }

  private static List<Row> rows(Dataset<Row> scored) {
    return Arrays.asList((Row[]) scored.orderBy("id").collect());
  }
}
