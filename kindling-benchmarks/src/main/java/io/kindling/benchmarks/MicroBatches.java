package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.stage.MicroBatchScoring;
import io.kindling.spark.stage.ModelTransformer;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;

/**
 * How much longer a micro-batch takes when its rows are scored: 10,000 rows of a stream of files in
 * Parquet into Spark's {@code noop} sink, against the same query with an identity projection in
 * place of the stage, from the trigger to the commit. And the same in {@code foreachBatch}, with a
 * model that may be swapped. The bar is 50 ms more; the first micro-batches of a query, which load
 * the model, do not count.
 *
 * <p>{@code kindling-benchmarks/run micro-batch}
 */
final class MicroBatches implements Benchmark {

  private static final int ROWS = 10_000;
  private static final int FILES = 16;
  private static final int WARM_UP_FILES = 6;
  private static final int WARM_UPS = 1;
  private static final int ROUNDS = 5;
  private static final double ALLOWED_MS = 50;

  /** What is added may be nothing, within the accuracy of Spark's clock. */
  private static final double LEAST_MS = 1;

  @Override
  public String name() {
    return "micro-batch";
  }

  @Override
  public void run(Report report) throws Exception {
    try (SparkSession spark = Images.session("local[2]")) {
      RowFiles narrow = RowFiles.write(spark, 32, Dense.of(64).relu(), Dense.of(32).relu());
      report.add(inOneQuery(report, narrow));
      report.add(inForeachBatch(report, narrow));
      // A row takes 10 us to compute, so that on one core no bar could be met.
      RowFiles wide =
          RowFiles.write(spark, Images.SIZE, Dense.of(256).relu(), Dense.of(256).relu());
      report.remark(inOneQuery(report, wide).toJson());
    }
  }

  private Comparison inOneQuery(Report report, RowFiles files) throws Exception {
    ModelTransformer transformer = new ModelTransformer().setModel(files.model());
    return added(
        report,
        files,
        files.words(),
        rows -> transformer.transform(rows).writeStream().format("noop"),
        rows -> rows.selectExpr("*").writeStream().format("noop"));
  }

  private Comparison inForeachBatch(Report report, RowFiles files) throws Exception {
    String inUse = Files.createTempDirectory("kindling-in-use").resolve("model").toString();
    MicroBatchScoring.use(files.spark(), inUse, files.model());
    return added(
        report,
        files,
        files.words() + ", a model that may be swapped",
        rows ->
            rows.writeStream()
                .foreachBatch(
                    MicroBatchScoring.of(
                        new ModelTransformer(), inUse, (scored, id) -> consume(scored))),
        rows ->
            rows.writeStream()
                .foreachBatch((Dataset<Row> batch, Long id) -> consume(batch.selectExpr("*"))));
  }

  private static void consume(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  private Comparison added(
      Report report,
      RowFiles files,
      String words,
      Function<Dataset<Row>, DataStreamWriter<Row>> scored,
      Function<Dataset<Row>, DataStreamWriter<Row>> identity)
      throws Exception {
    double[] ours = new double[ROUNDS];
    double[] other = new double[ROUNDS];
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      boolean oursFirst = round % 2 == 0;
      double first = files.millis(oursFirst ? scored : identity);
      double second = files.millis(oursFirst ? identity : scored);
      if (round >= 0) {
        ours[round] = oursFirst ? first : second;
        other[round] = oursFirst ? second : first;
      }
    }
    double[] allowed = new double[ROUNDS];
    Arrays.fill(allowed, ALLOWED_MS);
    double[] more = new double[ROUNDS];
    Arrays.setAll(more, i -> Math.max(LEAST_MS, ours[i] - other[i]));
    report.remark(
        "%s: %.0f ms scored, %.0f ms with an identity projection"
            .formatted(words, Comparison.median(ours), Comparison.median(other)));
    return new Comparison(
        new Case(name(), words + ": ms that are allowed against ms that are added", 1, "ms"),
        allowed,
        more);
  }

  /** A stream of files with 10,000 rows each, and a model for them. */
  private record RowFiles(SparkSession spark, String words, String folder, String model) {

    static RowFiles write(SparkSession spark, int size, Dense first, Dense second)
        throws IOException {
      Path place = Files.createTempDirectory("kindling-micro-batches");
      Network network =
          Network.sequential(
              Input.of("features", size), first, second, Dense.of(Images.CLASSES).named("scores"));
      Random random = new Random(1);
      float[] parameters = new float[network.parameters().size()];
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] = (float) random.nextGaussian() / 16;
      }
      Path model = place.resolve("model");
      SavedModelExport.write(model, network, parameters, new float[network.state().size()]);
      String folder = place.resolve("rows").toString();
      for (int i = 0; i < FILES; i++) {
        spark
            .range(0, ROWS, 1, 1)
            .selectExpr(
                "id",
                "transform(sequence(1, %d), i -> CAST(hash(id, i) %% 1000 / 1000 AS FLOAT)) AS features"
                    .formatted(size))
            .write()
            .mode("append")
            .parquet(folder);
      }
      String words =
          "%d rows, %d-%d-%d-%d"
              .formatted(ROWS, size, first.units(), second.units(), Images.CLASSES);
      return new RowFiles(spark, words, folder, model.toUri().toString());
    }

    /** Runs a query over all files, one per micro-batch; how long one takes. */
    double millis(Function<Dataset<Row>, DataStreamWriter<Row>> query) throws Exception {
      System.gc();
      Dataset<Row> rows =
          spark
              .readStream()
              .schema("id BIGINT, features ARRAY<FLOAT>")
              .option("maxFilesPerTrigger", 1)
              .parquet(folder);
      StreamingQuery running =
          query
              .apply(rows)
              .option(
                  "checkpointLocation", Files.createTempDirectory("kindling-checkpoint").toString())
              .trigger(Trigger.AvailableNow())
              .start();
      if (!running.awaitTermination(TimeUnit.MINUTES.toMillis(5))) {
        throw new IllegalStateException("The query does not end.");
      }
      double[] millis =
          Arrays.stream(running.recentProgress())
              .filter(each -> each.numInputRows() == ROWS)
              .skip(WARM_UP_FILES)
              .mapToDouble(RowFiles::duration)
              .toArray();
      if (millis.length != FILES - WARM_UP_FILES) {
        throw new IllegalStateException("Some micro-batches have not reported.");
      }
      return Comparison.median(millis);
    }

    private static double duration(StreamingQueryProgress progress) {
      return progress.durationMs().get("triggerExecution");
    }
  }
}
