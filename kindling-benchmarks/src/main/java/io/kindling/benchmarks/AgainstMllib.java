package io.kindling.benchmarks;

import dev.ludovic.netlib.blas.JavaBLAS;
import io.kindling.benchmarks.Comparison.Case;
import io.kindling.examples.learning.FashionPictures;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;

/**
 * How long {@link NeuralClassifier} takes to learn Fashion-MNIST to an accuracy of 0.85 on the test
 * pictures, against Spark's {@link MultilayerPerceptronClassifier}: the same network, 784-128-10
 * with sigmoids and softmax, the same cached vectors, {@code local[2]}. Spark's trains by L-BFGS on
 * all rows at once, ours by Adam on 128.
 *
 * <p>How many epochs or iterations are needed is tried out first, with more and more of them, each
 * time from the start; what counts is {@code fit} with the fewest that reach the accuracy. Where
 * Spark's has not reached it when the trials took {@link #LIMIT}, the last one stands in its place,
 * and the ratio is the least it can be.
 *
 * <p>{@code kindling-benchmarks/run mllib [SHARED]}
 */
final class AgainstMllib implements Benchmark {

  private static final double ACCURACY = 0.85;
  private static final double BAR = 10;
  private static final int ROUNDS = 3;
  private static final int PIXELS = FashionPictures.SIDE * FashionPictures.SIDE;
  private static final int HIDDEN = 128;
  private static final int ITERATIONS_AT_FIRST = 20;
  private static final Duration LIMIT = Duration.ofMinutes(40);

  private final Path data;

  /**
   * Reads the pictures when it runs.
   *
   * @param data the folder that holds {@code fashion-mnist}
   */
  AgainstMllib(Path data) {
    this.data = data;
  }

  @Override
  public String name() {
    return "mllib";
  }

  @Override
  public void run(Report report) throws Exception {
    try (SparkSession spark = Images.session("local[2]")) {
      Pictures pictures = new Pictures(vectors(spark, "train"), vectors(spark, "t10k"));
      List<Attempt> ours = pictures.attempts(1, AgainstMllib::ours);
      List<Attempt> sparks = pictures.attempts(ITERATIONS_AT_FIRST, AgainstMllib::sparks);
      report.remark("Java's BLAS for Spark: " + JavaBLAS.getInstance().getClass().getSimpleName());
      ours.forEach(each -> report.remark("NeuralClassifier, epochs: " + each));
      sparks.forEach(each -> report.remark("MultilayerPerceptronClassifier, iterations: " + each));
      report.add(pictures.compare(last(ours), last(sparks)));
    }
  }

  private static Attempt last(List<Attempt> attempts) {
    return attempts.get(attempts.size() - 1);
  }

  /** A training with so many epochs or iterations. */
  private record Attempt(int passes, double seconds, double accuracy) {

    boolean isEnough() {
      return accuracy >= ACCURACY;
    }

    @Override
    public String toString() {
      return "%d, accuracy %.4f after %.1f s".formatted(passes, accuracy, seconds);
    }
  }

  private record Pictures(Dataset<Row> train, Dataset<Row> test) {

    /**
     * Trainings of once, twice, three times as many passes as the first, up to the one that is
     * enough, or the end of the time.
     */
    List<Attempt> attempts(int first, IntFunction<Estimator<?>> estimator) {
      List<Attempt> attempts = new ArrayList<>();
      do {
        int passes = (attempts.size() + 1) * first;
        attempts.add(attempt(passes, estimator.apply(passes)));
      } while (!last(attempts).isEnough() && seconds(attempts) < LIMIT.toSeconds());
      return attempts;
    }

    private static double seconds(List<Attempt> attempts) {
      return attempts.stream().mapToDouble(Attempt::seconds).sum();
    }

    private Attempt attempt(int passes, Estimator<?> estimator) {
      long start = System.nanoTime();
      var model = estimator.fit(train);
      double seconds = (System.nanoTime() - start) / 1e9;
      return new Attempt(
          passes,
          seconds,
          new MulticlassClassificationEvaluator()
              .setMetricName("accuracy")
              .evaluate(model.transform(test)));
    }

    Comparison compare(Attempt ours, Attempt sparks) throws Exception {
      if (!ours.isEnough()) {
        throw new IllegalStateException(
            "NeuralClassifier has not reached " + ACCURACY + ": " + ours);
      }
      String words = "784-128-10 to %s on Fashion-MNIST, ".formatted(ACCURACY);
      if (!sparks.isEnough()) {
        return new Comparison(
            subject(words + "which Spark's does not reach in the time it is given"),
            new double[] {3600 / ours.seconds()},
            new double[] {3600 / sparks.seconds()});
      }
      return Comparison.alternate(
          subject(words + ours.passes() + " epochs, " + sparks.passes() + " iterations"),
          0,
          ROUNDS,
          () -> trainingsPerHour(ours(ours.passes())),
          () -> trainingsPerHour(sparks(sparks.passes())));
    }

    private static Case subject(String words) {
      return new Case("mllib", words, BAR, "trainings/h");
    }

    private double trainingsPerHour(Estimator<?> estimator) {
      long start = System.nanoTime();
      estimator.fit(train);
      return 3600e9 / (System.nanoTime() - start);
    }
  }

  private static Estimator<?> ours(int epochs) {
    return new NeuralClassifier()
        .setNetwork(
            Network.sequential(
                Input.of("features", PIXELS), Dense.of(HIDDEN).sigmoid(), Dense.of(Images.CLASSES)))
        .setOptimizer(Optimizers.adam(3e-3))
        .setBatchSize(128)
        .setEpochs(epochs)
        .setSeed(1);
  }

  private static Estimator<?> sparks(int iterations) {
    return new MultilayerPerceptronClassifier()
        .setLayers(new int[] {PIXELS, HIDDEN, Images.CLASSES})
        .setMaxIter(iterations)
        .setTol(0) // so that it does not stop before
        .setSeed(1);
  }

  /**
   * Pixels from 0 to 1 as vectors, and labels, in memory; out of Parquet, as rows that are part of
   * a program would travel with each of the many tasks of Spark's perceptron.
   */
  private Dataset<Row> vectors(SparkSession spark, String part) throws IOException {
    UDF1<byte[], Vector> toVector =
        pixels -> {
          double[] values = new double[pixels.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(pixels[i]) / 255.0;
          }
          return Vectors.dense(values);
        };
    String path = Files.createTempDirectory("kindling-pictures").resolve(part).toString();
    FashionPictures.read(spark, data, part)
        .coalesce(2)
        .select(
            functions
                .udf(toVector, SQLDataTypes.VectorType())
                .apply(functions.col("pixels"))
                .as("features"),
            functions.col("label").cast("double").as("label"))
        .write()
        .parquet(path);
    Dataset<Row> table = spark.read().parquet(path).cache();
    table.count();
    return table;
  }
}
