package io.kindling.examples.learning;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.col;

import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.network.Rescaling;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralEstimator;
import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Squeezes digits of 64 pixels through 8 numbers: an autoencoder, whose target is its input. Beside
 * it stands the best that straight lines can do, PCA with as many components.
 */
final class CompressDigits implements LearningTask {

  private static final int CODE = 8;
  private static final int BATCH = 64;
  private static final double RATE = 2e-3;

  @Override
  public String name() {
    return "optdigits-autoencoder";
  }

  @Override
  public String network() {
    return "64-128-64-" + CODE + "-64-128-64";
  }

  @Override
  public String figure() {
    return "squared error of a test pixel over that of PCA with " + CODE + " components";
  }

  @Override
  public Bar bar() {
    return Bar.atMost(0.8);
  }

  @Override
  public int epochs() {
    return 60;
  }

  @Override
  public Outcome learn(SparkSession spark, Path data, long seed, int epochs) {
    Dataset<Row> train = Optdigits.read(spark, data, "train");
    Dataset<Row> test = Optdigits.read(spark, data, "test");
    Network network =
        Network.sequential(
            Input.of("pixels", Optdigits.SIZE),
            Rescaling.of(1 / Optdigits.MOST_INK),
            Dense.of(128).relu(),
            Dense.of(64).relu(),
            Dense.of(CODE).named("code"),
            Dense.of(64).relu(),
            Dense.of(128).relu(),
            Dense.of(Optdigits.SIZE),
            Rescaling.of(Optdigits.MOST_INK).named("again"));
    NeuralEstimator autoencoder =
        new NeuralEstimator()
            .setNetwork(network)
            .setLoss(Loss.meanSquaredError())
            .setLabelCols("pixels")
            .setOptimizer(
                Optimizers.adam(RATE)
                    .withLearningRate(
                        LearningRate.cosine(
                            RATE, LearningTask.steps(train.count(), BATCH, epochs))))
            .setEpochs(epochs)
            .setBatchSize(BATCH)
            .setSeed(seed);
    double error =
        meanOfSquares(
            autoencoder
                .fit(train)
                .transform(test)
                .withColumn("pixels", vector_to_array(col("pixels"), "float64"))
                .selectExpr("zip_with(pixels, again, (x, y) -> x - y) AS x"));
    double errorOfPca = errorOfPca(train, test);
    return Outcome.of(error / errorOfPca)
        .beside("squared error", error)
        .beside("squared error of PCA", errorOfPca);
  }

  /** What PCA loses of a centred row is what its components, of length 1, do not hold. */
  private static double errorOfPca(Dataset<Row> train, Dataset<Row> test) {
    StandardScaler centre =
        new StandardScaler()
            .setWithMean(true)
            .setWithStd(false)
            .setInputCol("pixels")
            .setOutputCol("centred");
    PCA pca = new PCA().setK(CODE).setInputCol("centred").setOutputCol("components");
    Dataset<Row> coded =
        new Pipeline().setStages(new PipelineStage[] {centre, pca}).fit(train).transform(test);
    return meanOfSquares(coded.select(vector_to_array(col("centred"), "float64").as("x")))
        - meanOfSquares(coded.select(vector_to_array(col("components"), "float64").as("x")));
  }

  /** The mean over the rows of the sum of a row's squares, per pixel. */
  private static double meanOfSquares(Dataset<Row> rows) {
    return rows.selectExpr("avg(aggregate(x, 0D, (sum, each) -> sum + each * each))")
            .first()
            .getDouble(0)
        / Optdigits.SIZE;
  }
}
