package io.kindling.examples.predecessors;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Network;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralEstimator;
import io.kindling.spark.stage.NeuralModel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
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
            .withColumn(
                "features",
                functions.expr(
                    "transform(features, x -> float(x / aggregate(features, 0D, (s, e) -> s + e)))"));
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
}
