package io.kindling.examples.predecessors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.examples.learning.FashionPictures;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.Rescaling;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.event.WorkReport;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.stage.NeuralEstimator;
import io.kindling.spark.stage.NeuralModel;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The networks have the sizes that are published, and train on two workers. */
class PredecessorsTest {

  private static final int WORKERS = 2;

  private static final SparkSession SPARK =
      SparkSession.builder()
          .master("local[2]")
          .config("spark.ui.enabled", "false")
          .config("spark.driver.host", "127.0.0.1")
          .getOrCreate();

  @AfterAll
  static void stop() {
    SPARK.stop();
  }

  static Stream<Arguments> tensorSpark() {
    return Stream.of(
        Arguments.of(TensorSparkModels.mnistDnn(WORKERS), 1_863_690, 784, 0),
        Arguments.of(TensorSparkModels.mnistCnn(WORKERS), 3_274_634, 784, 0),
        Arguments.of(TensorSparkModels.higgs(WORKERS), 8_454_145, 28, 1),
        Arguments.of(TensorSparkModels.molecular(WORKERS), 14_305_295, 2871, 15));
  }

  @ParameterizedTest
  @MethodSource("tensorSpark")
  void tensorSparksModelsHaveTheirSizesAndTrain(
      NeuralEstimator estimator, long parameters, int inputs, int targets) {
    Network network = estimator.getNetwork();
    assertThat(network.parameters().count()).isEqualTo(parameters);

    double[] losses =
        estimator
            .setLabelCols("y")
            .setEpochs(2)
            .fit(rows(240, inputs, targets))
            .summary()
            .objectiveHistory();

    assertThat(losses).hasSize(2);
    assertThat(losses[1]).isFinite().isLessThanOrEqualTo(losses[0] * 1.05);
  }

  /**
   * Noise with a spot that tells the target; a class of ten where no number of targets is given.
   */
  private static Dataset<Row> rows(int count, int inputs, int targets) {
    Random random = new Random(1);
    List<Row> rows =
        IntStream.range(0, count)
            .mapToObj(
                i -> {
                  float[] x = new float[inputs];
                  for (int j = 0; j < inputs; j++) {
                    x[j] = random.nextFloat() / 4;
                  }
                  int kind = i % 10;
                  x[kind] = 1;
                  float[] y = new float[targets];
                  Arrays.fill(y, kind / 10f);
                  return targets == 0 ? RowFactory.create(x, kind) : RowFactory.create(x, y);
                })
            .toList();
    StructType schema =
        new StructType()
            .add("x", DataTypes.createArrayType(DataTypes.FloatType, false))
            .add(
                "y",
                targets == 0
                    ? DataTypes.IntegerType
                    : DataTypes.createArrayType(DataTypes.FloatType, false));
    return SPARK.createDataFrame(rows, schema);
  }

  private static Dataset<Row> digits(int count) {
    return rows(count, 784, 0).withColumnsRenamed(Map.of("x", "features", "y", "label"));
  }

  @Test
  void sparkFlowsNetworksHaveTheirSizes() {
    assertThat(SparkFlowExamples.dnn(WORKERS).getNetwork().parameters().count()).isEqualTo(269_322);
    assertThat(SparkFlowExamples.cnn(WORKERS).getNetwork().parameters().count()).isEqualTo(35_338);
    assertThat(SparkFlowExamples.autoencoder(WORKERS).getNetwork().parameters().count())
        .isEqualTo(468_368);
  }

  @Test
  void sparkFlowsDnnLearns() {
    Dataset<Row> rows = digits(1200);
    NeuralClassificationModel model = SparkFlowExamples.dnn(WORKERS).setEpochs(60).fit(rows);
    assertThat(model.transform(rows).filter("prediction = label").count()).isGreaterThan(1000);
  }

  @Test
  void sparkFlowsCnnTrains() {
    Dataset<Row> rows = digits(600);
    double[] losses =
        SparkFlowExamples.cnn(WORKERS).setEpochs(3).fit(rows).summary().objectiveHistory();
    assertThat(losses[2]).isFinite().isLessThan(losses[0]);
  }

  @Test
  void sparkFlowsAutoencoderTrains() {
    Dataset<Row> rows =
        digits(600)
            .withColumn("sum", functions.expr("aggregate(features, 0D, (s, x) -> s + x)"))
            .withColumn("features", functions.expr("transform(features, x -> float(x / sum))"))
            .cache();
    NeuralModel model =
        SparkFlowExamples.autoencoder(WORKERS)
            .setOutputLayers("code")
            .setOutputCols("code")
            .fit(rows);
    double[] losses = model.summary().objectiveHistory();
    assertThat(losses[9]).isFinite().isLessThan(losses[0]);
    List<Float> code = model.transform(rows).select("code").first().getList(0);
    assertThat(code).hasSize(128).allMatch(each -> each > 0 && each < 1);
  }

  /** SF-11: the network whose checkpoint SparkFlow has, with the answers it asserts of it. */
  @Test
  void sparkFlowsXorHasItsSizeAndAnswers() {
    Network network =
        Network.sequential(
            Input.of("x", 2), Dense.of(10).tanh(), Dense.of(10).tanh(), Dense.of(1).sigmoid());
    assertThat(network.parameters().count()).isEqualTo(151);
    List<Row> rows =
        Stream.of(new float[] {0, 0}, new float[] {1, 1}, new float[] {0, 1}, new float[] {1, 0})
            .map(x -> RowFactory.create(x, Math.abs(x[0] - x[1])))
            .toList();
    StructType schema =
        new StructType()
            .add("x", DataTypes.createArrayType(DataTypes.FloatType, false))
            .add("y", DataTypes.FloatType);
    Dataset<Row> xor = SPARK.createDataFrame(rows, schema);

    NeuralEstimator estimator =
        new NeuralEstimator()
            .setNetwork(network)
            .setLoss(Loss.meanSquaredError())
            .setLabelCols("y")
            .setOptimizer(Optimizers.adam(0.05))
            .setStrategy(Served.of(Exchange.GRADIENTS, 1).onDriver())
            .setEpochs(300)
            .setBatchSize(4)
            .setNumWorkers(1)
            .setSeed(1);
    Dataset<Row> scored = estimator.fit(xor).transform(xor);

    List<Float> answers =
        scored
            .selectExpr("float(" + scored.columns()[2] + ")")
            .as(Encoders.FLOAT())
            .collectAsList();
    assertThat(answers.subList(0, 2)).allMatch(each -> each < 0.1);
    assertThat(answers.subList(2, 4)).allMatch(each -> each > 0.7);
  }

  /** TensorFlowOnSpark's {@code num_ps}: of two workers, one only serves. */
  @Test
  void aWorkerThatOnlyServesComputesNothing() {
    Dataset<Row> rows = digits(600);
    NeuralClassificationModel model =
        SparkFlowExamples.dnn(WORKERS)
            .setStrategy(Served.of(Exchange.GRADIENTS, 1).withServers(1))
            .setEpochs(20)
            .fit(rows);
    assertThat(model.transform(rows).filter("prediction = label").count()).isGreaterThan(500);
    List<WorkReport.Worker> workers = model.summary().work().workers();
    assertThat(workers.get(0).times().computeNanos()).isPositive();
    assertThat(workers.get(1).times().computeNanos()).isZero();
  }

  /** SF-13: of the ten optimizers, the one that cannot be made. */
  @Test
  void anUnknownOptimizerIsAnError() {
    assertThatThrownBy(
            () -> Optimizer.parse("{\"chain\":[{\"type\":\"adagrad_da\"}],\"stepsPerUpdate\":1}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("adagrad_da");
  }

  /**
   * TS-18: TensorOnSpark's softmax of pixels in IDX files; a worker sends what 100 steps change.
   */
  @Test
  void tensorOnSparksSoftmaxTrainsOnIdxFiles(@TempDir Path folder) throws IOException {
    writeIdx(Files.createDirectories(folder.resolve("fashion-mnist")), 3000);
    Dataset<Row> rows = FashionPictures.read(SPARK, folder, "train");
    NeuralClassificationModel model =
        new NeuralClassifier()
            .setNetwork(
                Network.sequential(Input.of("pixels", 784), Rescaling.of(1 / 255.0), Dense.of(10)))
            .setFeaturesCol("pixels")
            .setOptimizer(Optimizers.sgd(0.5))
            .setStrategy(Served.of(Exchange.DOWNPOUR, 100))
            .setBatchSize(10 * WORKERS)
            .setEpochs(4)
            .setNumWorkers(WORKERS)
            .fit(rows);
    assertThat(model.transform(rows).filter("prediction = label").count()).isGreaterThan(2800);
  }

  /** Noise with a spot that tells the label. */
  private static void writeIdx(Path folder, int count) throws IOException {
    Random random = new Random(1);
    try (DataOutputStream pictures = idx(folder.resolve("train-images-idx3-ubyte.gz"));
        DataOutputStream labels = idx(folder.resolve("train-labels-idx1-ubyte.gz"))) {
      for (int number : new int[] {2051, count, 28, 28}) {
        pictures.writeInt(number);
      }
      labels.writeInt(2049);
      labels.writeInt(count);
      for (int i = 0; i < count; i++) {
        byte[] pixels = new byte[784];
        for (int j = 0; j < pixels.length; j++) {
          pixels[j] = (byte) random.nextInt(64);
        }
        pixels[i % 10] = (byte) 255;
        pictures.write(pixels);
        labels.writeByte(i % 10);
      }
    }
  }

  private static DataOutputStream idx(Path file) throws IOException {
    return new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)));
  }
}
