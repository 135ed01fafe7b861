package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.spark.scoring.Scorer;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * {@code model.transform} of a table in Parquet, with the three columns that a classifier adds, all
 * rows consumed by Spark's {@code noop} writer; against a bare loop over the same graph with blocks
 * of as many rows that lie ready as tensors. One thread. Our side pays for reading the rows; how
 * much that is stands in the results as a remark.
 *
 * <p>{@code kindling-benchmarks/run transform}
 */
final class Transform implements Benchmark {

  @Override
  public String name() {
    return "transform";
  }

  @Override
  public void run(Report report) throws Exception {
    Network readme =
        Network.sequential(
            Input.of("features", 28, 28, 1),
            Conv2d.of(32, 5).relu(),
            MaxPool2d.of(2),
            Flatten.of(),
            Dense.of(128).relu(),
            Dropout.of(0.3),
            Dense.of(Images.CLASSES));
    measure(report, "conv 5x5x32, pool, dense 128, dropout, 10", readme, 24, 28, 28, 1);
    measure(report, Architecture.MLP.words(), Architecture.MLP.network(), 96, Images.SIZE);
  }

  private void measure(Report report, String words, Network network, int blocks, long... image)
      throws Exception {
    Images data = new Images(blocks * Scorer.DEFAULT_BLOCK_ROWS);
    try (SparkSession spark = Images.session("local[1]")) {
      Dataset<Row> table = Images.read(spark, data.write(spark)).drop("vector");
      NeuralClassificationModel model =
          new NeuralClassifier().setNetwork(network).setEpochs(1).fit(table.limit(256));
      try (BareScoring bare =
          new BareScoring(model.model(), data.tensors(Scorer.DEFAULT_BLOCK_ROWS, image))) {
        report.add(
            Comparison.alternate(
                new Case(name(), words, 0.8, "rows/s"),
                3,
                11,
                () -> data.rows() / seconds(model.transform(table)),
                () -> data.rows() / bare.score()));
        double[] reading = new double[11];
        for (int i = 0; i < reading.length; i++) {
          reading[i] = data.rows() / seconds(table);
        }
        report.remark(
            "The same table into the noop writer without a model: %.0f rows/s"
                .formatted(Comparison.median(reading)));
      }
    }
  }

  private static double seconds(Dataset<Row> rows) {
    long start = System.nanoTime();
    rows.write().format("noop").mode("overwrite").save();
    return (System.nanoTime() - start) / 1e9;
  }
}
