package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.ParameterLayout;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.local.LocalClusterSession;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.SQLDataTypes;
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
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Tables of a few rows that one sees through: two clouds of ten dimensions that overlap a little,
 * of which 99.92 % can be told apart, and the four rows of XOR. Cases SF-01 to SF-10.
 */
class CloudsAndXorIT {

  private static final int SIZE = 10;
  private static final int ROWS_OF_A_CLOUD = 200;

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType, false)
          .add("features", SQLDataTypes.VectorType(), false)
          .add("label", DataTypes.DoubleType, false);

  private final SparkSession spark = LocalClusterSession.get();
  private final Dataset<Row> clouds = clouds(2);

  /** Class 1 lies around 0, class 0 around 2, each with a deviation of 1. */
  private Dataset<Row> clouds(int partitions) {
    Random random = new Random(12345);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2 * ROWS_OF_A_CLOUD; i++) {
      int label = i % 2;
      double[] features =
          random.doubles(SIZE).map(unused -> random.nextGaussian() + 2 - 2 * label).toArray();
      rows.add(RowFactory.create(i, Vectors.dense(features), (double) label));
    }
    return table(rows, partitions);
  }

  private Dataset<Row> table(List<Row> rows, int partitions) {
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, partitions),
        SCHEMA);
  }

  private static Network network(Input input) {
    return Network.sequential(input, Dense.of(12).relu(), Dense.of(7).relu(), Dense.of(1));
  }

  private static NeuralClassifier classifier(Optimizer optimizer, int epochs) {
    return new NeuralClassifier()
        .setNetwork(network(Input.of("features", SIZE)))
        .setOptimizer(optimizer)
        .setEpochs(epochs)
        .setBatchSize(ROWS_OF_A_CLOUD)
        .setNumWorkers(2)
        .setSeed(1);
  }

  private void tellsApart(NeuralClassificationModel model) {
    assertThat(model.transform(clouds).where("prediction = label").count())
        .isGreaterThanOrEqualTo(Math.round(0.99 * 2 * ROWS_OF_A_CLOUD));
  }

  // SF-01
  @Test
  void tellsOverlappingCloudsApartWithTwoWorkers() {
    tellsApart(classifier(Optimizers.adam(0.1), 35).fit(clouds));
  }

  // SF-02
  @Test
  void tellsThemApartWithEveryConstantOfAdamGiven() {
    tellsApart(classifier(Optimizers.adam(0.1, 0.85, 0.98, 1e-8), 25).fit(clouds));
  }

  // SF-03
  @Test
  void tellsThemApartWithRmspropAndMomentum() {
    tellsApart(classifier(Optimizers.rmsprop(0.1, 0.95, 0.1), 25).fit(clouds));
  }

  // SF-04
  @Test
  void shufflesAnewInEveryEpochAndRepeatably() {
    NeuralClassifier classifier = classifier(Optimizers.adam(0.1), 40).setBatchSize(50);
    NeuralClassificationModel model = classifier.fit(clouds);

    tellsApart(model);
    assertThat(classifier.fit(clouds).model().parameters()).isEqualTo(model.model().parameters());
    assertThat(classifier.setSeed(2).fit(clouds).model().parameters())
        .isNotEqualTo(model.model().parameters());
  }

  // SF-05
  @Test
  void twoFitsAtATimeDoNotDisturbEachOther() {
    NeuralClassifier classifier = classifier(Optimizers.adam(0.1), 35).setNumWorkers(1);
    float[] alone = classifier.fit(clouds).model().parameters();
    List<CompletableFuture<NeuralClassificationModel>> fits =
        List.of(
            CompletableFuture.supplyAsync(() -> classifier.fit(clouds)),
            CompletableFuture.supplyAsync(() -> classifier.fit(clouds)));

    for (CompletableFuture<NeuralClassificationModel> fit : fits) {
      tellsApart(fit.join());
      assertThat(fit.join().model().parameters()).isEqualTo(alone);
    }
  }

  // SF-06
  @Test
  void aLoadedModelPredictsTheSame(@TempDir Path folder) throws Exception {
    NeuralClassificationModel model = classifier(Optimizers.adam(0.1), 35).fit(clouds);
    String path = folder.resolve("model").toString();
    model.save(path);
    NeuralClassificationModel loaded = NeuralClassificationModel.load(path);

    tellsApart(loaded);
    assertThat(rows(loaded.transform(clouds))).isEqualTo(rows(model.transform(clouds)));
  }

  // SF-07
  @Test
  void aLoadedPipelinePredictsTheSameAsItIs(@TempDir Path folder) throws Exception {
    PipelineModel model =
        new Pipeline()
            .setStages(new PipelineStage[] {classifier(Optimizers.adam(0.1), 35)})
            .fit(clouds);
    String path = folder.resolve("pipeline").toString();
    model.save(path);

    assertThat(rows(PipelineModel.load(path).transform(clouds)))
        .isEqualTo(rows(model.transform(clouds)));
  }

  private Dataset<Row> xor() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int first = i / 2;
      int second = i % 2;
      rows.add(
          RowFactory.create(
              i,
              Vectors.dense(new double[] {first, second}).toSparse(),
              (double) (first ^ second)));
    }
    return table(rows, 1);
  }

  /** Sparse vectors that become dense ones on their way in, and such that stay sparse. */
  static final List<Input> INPUTS_OF_XOR =
      List.of(Input.of("features", 2), Input.ofSparse("features", 2, 2));

  private static NeuralClassifier ofXor(Input input, int epochs) {
    return classifier(Optimizers.adam(0.1), epochs)
        .setNetwork(network(input))
        .setNumWorkers(1)
        .setSeed(2); // with some seeds the few ReLUs die
  }

  // SF-08
  @ParameterizedTest
  @FieldSource("INPUTS_OF_XOR")
  void learnsXorFromSparseVectors(Input input) {
    Dataset<Row> scored = ofXor(input, 35).fit(xor()).transform(xor());

    assertThat(rows(scored)).hasSize(4);
    assertThat(scored.where("prediction = label").count()).isEqualTo(4);
  }

  // SF-09
  @ParameterizedTest
  @FieldSource("INPUTS_OF_XOR")
  void handsOutTheSixArraysItTrained(Input input) {
    NeuralClassificationModel model = ofXor(input, 10).fit(xor());
    ParameterLayout layout = model.model().network().parameters();

    assertThat(layout.views()).hasSize(6);
    assertThat(layout.views().stream().mapToInt(view -> view.spec().shape().size()).sum())
        .isEqualTo(135);
    assertThat(model.model().parameters())
        .isNotEqualTo(ofXor(input, 1).fit(xor()).model().parameters());
  }

  // SF-10
  @Test
  void learnsCodesWithoutLabelsAndAnswersThem() {
    NeuralModel model =
        new NeuralEstimator()
            .setNetwork(
                Network.sequential(
                    Input.of("features", SIZE),
                    Dense.of(5).relu(),
                    Dense.of(2).sigmoid().named("code"),
                    Dense.of(5).relu(),
                    Dense.of(SIZE).named("again")))
            .setLoss(Loss.meanSquaredError())
            .setLabelCols("features")
            .setEpochs(10)
            .setBatchSize(10)
            .setSeed(1)
            .fit(clouds(4).drop("label"));
    double[] losses = model.summary().objectiveHistory();
    assertThat(losses[losses.length - 1]).isLessThan(losses[0]);

    Dataset<Row> codes = model.setOutputLayers("code").transform(clouds).select("code");
    for (Row row : (Row[]) codes.collect()) {
      assertThat(row.<Float>getList(0)).hasSize(2).allMatch(each -> each > 0 && each < 1);
    }
  }

  private static List<Row> rows(Dataset<Row> scored) {
    return Arrays.asList((Row[]) scored.orderBy("id").collect());
  }
}
