package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.spark.Kindling;
import io.kindling.spark.stage.ModelTransformer;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A SavedModel that scores 600,000 rows of 784 floats in Parquet: by {@code ModelTransformer},
 * consumed by Spark's {@code noop} writer, against a bare loop over the same SavedModel that reads
 * the rows of the same table in a Spark task and drops what it computes; with one core and with
 * two. And the same as a function of SQL: in blocks against the transformer, and row by row against
 * a bare loop of calls with one row. And the same network as ONNX, by {@code ModelTransformer}
 * against a bare loop over ONNX Runtime.
 *
 * <p>{@code kindling-benchmarks/run score}
 */
final class Score implements Benchmark {

  private static final int ROWS = 600_000;
  private static final int SINGLE_ROWS = 60_000;
  private static final int BLOCK = 256;
  private static final int WARM_UPS = 1;
  private static final int ROUNDS = 5;
  private static final double BAR = 0.85;
  private static final double BAR_OF_SQL = 0.7;

  @Override
  public String name() {
    return "score";
  }

  @Override
  public void run(Report report) throws Exception {
    String written;
    try (SparkSession spark = Images.session("local[1]")) {
      written = new Images(ROWS).write(spark);
      measure(report, spark, Images.read(spark, written).drop("vector"), 1);
    }
    try (SparkSession spark = Images.session("local[2]")) {
      Dataset<Row> halves = Images.read(spark, written).drop("vector").repartition(2).cache();
      halves.count();
      measure(report, spark, halves, 2);
    }
  }

  private void measure(Report report, SparkSession spark, Dataset<Row> table, int cores)
      throws Exception {
    List<Images.Tensors> blocks = new Images(BLOCK).tensors(BLOCK, Images.SIZE);
    NeuralClassificationModel trained =
        new NeuralClassifier()
            .setNetwork(Architecture.MLP.network())
            .setEpochs(1)
            .fit(table.limit(BLOCK));
    try (BareScoring bare = new BareScoring(trained.model(), blocks)) {
      measureOnnx(report, trained, table, cores);
      String words = Architecture.MLP.words() + ", cores: " + cores;
      String path = bare.folder().toUri().toString();
      Dataset<Row> scored = new ModelTransformer().setModel(path).transform(table);
      report.add(
          Comparison.alternate(
              new Case(name(), words + ", a stage against a bare loop", BAR, "rows/s"),
              WARM_UPS,
              ROUNDS,
              () -> ROWS / secondsOf(scored),
              () -> ROWS / bare.score(table, ROWS)));
      Kindling.registerFunction(spark, "scores", path);
      table.createOrReplaceTempView("pictures");
      Dataset<Row> selected = spark.sql("SELECT label, scores(features) FROM pictures");
      report.add(
          Comparison.alternate(
              new Case(name(), words + ", a function against the stage", BAR_OF_SQL, "rows/s"),
              WARM_UPS,
              ROUNDS,
              () -> ROWS / secondsOf(selected),
              () -> ROWS / secondsOf(scored)));
      Dataset<Row> rowByRow =
          spark.sql(
              "SELECT CASE WHEN label >= 0 THEN scores(features) END FROM pictures LIMIT "
                  + SINGLE_ROWS);
      report.add(
          Comparison.alternate(
              new Case(name(), words + ", row by row against bare calls", BAR_OF_SQL, "rows/s"),
              WARM_UPS,
              ROUNDS,
              () -> SINGLE_ROWS / secondsOf(rowByRow),
              () -> SINGLE_ROWS / bare.scoreRows(SINGLE_ROWS)));
    } finally {
      blocks.forEach(Images.Tensors::close);
    }
  }

  private void measureOnnx(
      Report report, NeuralClassificationModel trained, Dataset<Row> table, int cores)
      throws Exception {
    Path file = Files.createTempDirectory("kindling-onnx").resolve("model.onnx");
    OnnxMlp.write(file, trained.model().network(), trained.model().parameters());
    Dataset<Row> scored = new ModelTransformer().setModel(file.toUri().toString()).transform(table);
    try (BareOnnx bare = new BareOnnx(file, BLOCK)) {
      report.add(
          Comparison.alternate(
              new Case(
                  name(),
                  Architecture.MLP.words() + ", cores: " + cores + ", ONNX against a bare loop",
                  BAR,
                  "rows/s"),
              WARM_UPS,
              ROUNDS,
              () -> ROWS / secondsOf(scored),
              () -> ROWS / bare.score(table, ROWS)));
    }
  }

  private static double secondsOf(Dataset<Row> rows) {
    long start = System.nanoTime();
    rows.write().format("noop").mode("overwrite").save();
    return (System.nanoTime() - start) / 1e9;
  }
}
