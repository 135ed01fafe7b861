package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How much faster two executors train a CNN than one, each with one core and 128 rows of a step,
 * against how much faster two bare loops in processes of their own are than one. The bare loops do
 * not talk to each other, so their speed-up is what the machine gives at most: two processes share
 * its memory and its clock. The speed-ups are divided, so 1 means that exchanging gradients costs
 * nothing.
 *
 * <p>{@code kindling-benchmarks/run two-executors}
 */
final class TwoExecutors implements Benchmark {

  private static final int ROWS_PER_WORKER = 128;
  private static final int STEPS_OF_ONE = 24;
  private static final int EPOCHS = 4;

  @Override
  public String name() {
    return "two-executors";
  }

  @Override
  public void run(Report report) throws Exception {
    Images data = new Images(STEPS_OF_ONE * ROWS_PER_WORKER);
    String path;
    try (SparkSession spark = Images.session("local[1]")) {
      path = data.write(spark);
    }
    try (BareProcess first = BareProcess.start(data.rows());
        BareProcess second = BareProcess.start(data.rows())) {
      report.add(
          Comparison.alternate(
              new Case(name(), "speed-up of " + Architecture.CNN.words(), 0.9, "times one"),
              0,
              5,
              () -> speed(2, path) / speed(1, path),
              () -> {
                int steps = STEPS_OF_ONE * (EPOCHS - 1);
                first.begin(steps);
                double alone = 1 / first.seconds();
                first.begin(steps);
                second.begin(steps);
                return (1 / first.seconds() + 1 / second.seconds()) / alone;
              }));
    }
  }

  /** Rows per second on a cluster of so many executors. */
  private static double speed(int executors, String path) throws Exception {
    try (SparkSession spark = Images.session("local-cluster[" + executors + ",1,1536]")) {
      Dataset<Row> table = Images.read(spark, path);
      double seconds =
          TrainingStep.secondsOfFit(
              table, Architecture.CNN.network(), executors * ROWS_PER_WORKER, EPOCHS);
      return STEPS_OF_ONE * ROWS_PER_WORKER * (EPOCHS - 1) / seconds;
    }
  }
}
