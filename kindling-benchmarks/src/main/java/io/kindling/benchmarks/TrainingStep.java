package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.network.Network;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.training.EpochReport;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Training on {@code local[1]} against a bare TensorFlow-Java loop with Adam in the graph, in the
 * same JVM, one thread each, 128 rows per step. Our side is {@link NeuralClassifier#fit} with the
 * feeding of rows and the accuracy that it watches; its first epoch, in which Java compiles, does
 * not count, neither does reading the table. The bare loop takes as many steps, over batches that
 * lie ready, and a first epoch that does not count either.
 *
 * <p>{@code kindling-benchmarks/run training-step}
 */
final class TrainingStep implements Benchmark {

  private static final int BATCH = 128;

  @Override
  public String name() {
    return "training-step";
  }

  @Override
  public void run(Report report) throws Exception {
    measure(report, Architecture.MLP, 0.90, 320, 7, 9);
    measure(report, Architecture.CNN, 0.95, 20, 3, 7);
  }

  private void measure(
      Report report, Architecture architecture, double bar, int steps, int epochs, int rounds)
      throws Exception {
    Images data = new Images(steps * BATCH);
    try (SparkSession spark = Images.session("local[1]");
        BareTraining bare =
            new BareTraining(architecture, data.tensors(BATCH, architecture.image()))) {
      Dataset<Row> table = Images.read(spark, data.write(spark));
      int rows = data.rows() * (epochs - 1);
      report.add(
          Comparison.alternate(
              new Case(name(), architecture.words(), bar, "rows/s"),
              1,
              rounds,
              () -> rows / secondsOfFit(table, architecture.network(), BATCH, 1, epochs),
              () -> {
                bare.train(steps);
                return rows / bare.train(steps * (epochs - 1));
              }));
    }
  }

  /** Seconds of all epochs but the first, which do not count. */
  static double secondsOfFit(
      Dataset<Row> table, Network network, int batchSize, int warmUps, int epochs) {
    List<EpochReport> reports =
        new NeuralClassifier()
            .setNetwork(network)
            .setBatchSize(batchSize)
            .setEpochs(epochs)
            .fit(table)
            .summary()
            .history()
            .epochs();
    return reports.stream().skip(warmUps).mapToDouble(EpochReport::seconds).sum();
  }
}
