package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.engine.Objective;
import io.kindling.examples.learning.FashionPictures;
import io.kindling.loss.Loss;
import io.kindling.metric.Evaluation;
import io.kindling.metric.Metric;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.spark.event.WorkReport.Worker;
import io.kindling.spark.input.Device;
import io.kindling.spark.job.JobSettings;
import io.kindling.spark.job.TrainingExtras;
import io.kindling.spark.job.TrainingJob;
import io.kindling.training.EpochReport;
import io.kindling.training.Strategy;
import io.kindling.training.TrainingPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * What two executors learn of Fashion-MNIST over a link of 1 Gbit/s, and what they send for it:
 * DiLoCo against all-reduce, with the README's network and its 5 epochs; local SGD is reported
 * beside. A worker by itself takes batches half as large, with more noise, so these two have 0.4 of
 * the rate and 8 epochs; what counts is what was sent in all, and the test loss and accuracy at the
 * end. All-reduce at their rate is reported beside as well.
 *
 * <p>The cases: bytes of all-reduce over DiLoCo's, of which 50 is asked; test loss of all-reduce
 * over its own, of which 1 is asked; its accuracy over that of all-reduce less half a point, of
 * which 1 is asked; and how much sooner it is done, which is not asked.
 *
 * <p>{@code kindling-benchmarks/run slow-link [SHARED]}
 */
final class SlowLink implements Benchmark {

  private static final double GIGABIT = 1e9;
  private static final double FEWER_BYTES = 50;
  private static final double HALF_A_POINT = 0.005;
  private static final int BATCH = 128;
  private static final int STEPS = 469;
  private static final int[] SEEDS = {1, 2, 3};
  private static final int WORKERS = 2;
  private static final int SIDE = FashionPictures.SIDE;

  private static final Recipe DENSE =
      new Recipe("all-reduce, 5 epochs", Strategy.allReduced(), 0.002, 5);

  private static final Recipe DENSE_AT_THEIR_RATE =
      new Recipe("all-reduce at DiLoCo's rate, 5 epochs", Strategy.allReduced(), 0.0008, 5);

  private static final Recipe DILOCO =
      new Recipe("DiLoCo every 94 steps, 8 epochs", Strategy.diLoCo(94), 0.0008, 8);

  private static final Recipe MEAN =
      new Recipe("local SGD every 94 steps, 8 epochs", Strategy.localSgd(94), 0.0008, 8);

  /**
   * A training.
   *
   * @param rate of Adam in the first step, along a cosine down to 0
   */
  private record Recipe(String name, Strategy strategy, double rate, int epochs) {}

  private final Path data;

  /**
   * Reads the pictures when it runs.
   *
   * @param data the folder that holds {@code fashion-mnist}
   */
  SlowLink(Path data) {
    this.data = data;
  }

  @Override
  public String name() {
    return "slow-link";
  }

  @Override
  public void run(Report report) throws Exception {
    try (SparkSession spark = Images.session("local-cluster[" + WORKERS + ",1,2048]")) {
      Dataset<Row> pictures = pictures(spark);
      train(pictures, DILOCO, 0); // while Java compiles
      Outcome[] dense = outcomes(report, pictures, DENSE);
      compare(report, DILOCO.name(), dense, outcomes(report, pictures, DILOCO));
      outcomes(report, pictures, MEAN);
      outcomes(report, pictures, DENSE_AT_THEIR_RATE);
    }
  }

  /**
   * What a training came to.
   *
   * @param bytes sent by all workers
   * @param seconds of all epochs
   */
  private record Outcome(double bytes, double loss, double accuracy, double seconds) {

    static Outcome of(TrainingJob.Result result) {
      List<EpochReport> epochs = result.history().epochs();
      Evaluation test = epochs.get(epochs.size() - 1).validation().orElseThrow();
      return new Outcome(
          result.work().workers().stream()
              .map(Worker::times)
              .mapToDouble(times -> times.bytesSent())
              .sum(),
          test.loss(),
          test.metrics().values().iterator().next(),
          epochs.stream().mapToDouble(EpochReport::seconds).sum());
    }
  }

  private static Outcome[] outcomes(Report report, Dataset<Row> pictures, Recipe recipe) {
    Outcome[] outcomes = new Outcome[SEEDS.length];
    for (int i = 0; i < SEEDS.length; i++) {
      outcomes[i] = Outcome.of(train(pictures, recipe, SEEDS[i]));
      report.remark(
          "%s, seed %d: %.1f MB sent, test loss %.4f, accuracy %.4f, %.1f s"
              .formatted(
                  recipe.name(),
                  SEEDS[i],
                  outcomes[i].bytes() / 1e6,
                  outcomes[i].loss(),
                  outcomes[i].accuracy(),
                  outcomes[i].seconds()));
    }
    return outcomes;
  }

  private void compare(Report report, String strategy, Outcome[] dense, Outcome[] sparing) {
    report.add(
        new Comparison(
            new Case(name(), strategy + ": how many times fewer bytes", FEWER_BYTES, "1/MB"),
            each(sparing, outcome -> 1e6 / outcome.bytes()),
            each(dense, outcome -> 1e6 / outcome.bytes())));
    report.add(
        new Comparison(
            new Case(name(), strategy + ": test loss of all-reduce over its own", 1, "1/loss"),
            each(sparing, outcome -> 1 / outcome.loss()),
            each(dense, outcome -> 1 / outcome.loss())));
    report.add(
        new Comparison(
            new Case(name(), strategy + ": accuracy, over all-reduce's less 0.5 point", 1, "of 1"),
            each(sparing, Outcome::accuracy),
            each(dense, outcome -> outcome.accuracy() - HALF_A_POINT)));
    report.add(
        new Comparison(
            new Case(name(), strategy + ": how much sooner at 1 Gbit/s", 1, "1/s"),
            each(sparing, outcome -> 1 / outcome.seconds()),
            each(dense, outcome -> 1 / outcome.seconds())));
  }

  private static double[] each(Outcome[] outcomes, ToDoubleFunction<Outcome> of) {
    return Arrays.stream(outcomes).mapToDouble(of).toArray();
  }

  private static TrainingJob.Result train(Dataset<Row> pictures, Recipe recipe, int seed) {
    Network network =
        Network.sequential(
            Input.of("features", SIDE, SIDE, 1),
            Conv2d.of(32, 5).relu(),
            MaxPool2d.of(2),
            Flatten.of(),
            Dense.of(128).relu(),
            Dropout.of(0.3),
            Dense.of(Images.CLASSES));
    TrainingPlan plan =
        TrainingPlan.of(
                Objective.of(network, Loss.sparseCategoricalCrossEntropy(), Metric.accuracy()))
            .withOptimizer(
                Optimizers.adam(recipe.rate())
                    .withLearningRate(
                        LearningRate.cosine(recipe.rate(), (long) recipe.epochs() * STEPS)))
            .withBatchSize(BATCH)
            .withEpochs(recipe.epochs())
            .withSeed(seed)
            .withStrategy(recipe.strategy());
    JobSettings settings =
        new JobSettings(
            OptionalInt.of(WORKERS),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            0,
            Optional.of("isTest"),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(60),
            OptionalLong.empty(),
            Device.CPU);
    List<ColumnInput> columns =
        List.of(
            ColumnInput.of("features", network.inputs().get(0)),
            ColumnInput.label("label", plan.objective().targets().get(0), Images.CLASSES));
    return new TrainingJob(
            plan,
            settings,
            "SlowLink",
            new TrainingExtras(Optional.empty(), TrainingCallback.none(), new SlowRoute(GIGABIT)))
        .run(pictures, columns);
  }

  /** Those to train on and those to test with, as Parquet. */
  private Dataset<Row> pictures(SparkSession spark) throws IOException {
    UDF1<byte[], float[]> toFloats =
        pixels -> {
          float[] values = new float[pixels.length];
          for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(pixels[i]) / 255f;
          }
          return values;
        };
    String path = Files.createTempDirectory("kindling-pictures").resolve("all").toString();
    FashionPictures.read(spark, data, "train")
        .withColumn("isTest", functions.lit(false))
        .union(FashionPictures.read(spark, data, "t10k").withColumn("isTest", functions.lit(true)))
        .coalesce(1)
        .select(
            functions
                .udf(toFloats, DataTypes.createArrayType(DataTypes.FloatType, false))
                .apply(functions.col("pixels"))
                .as("features"),
            functions.col("label"),
            functions.col("isTest"))
        .write()
        .parquet(path);
    return spark.read().parquet(path);
  }
}
