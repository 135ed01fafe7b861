package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
 * <p>Every process is pinned to a core of its own where that is possible; otherwise a single one
 * would compile and collect on the core that a pair shares. Executors compile for some ten seconds,
 * on the core they train on, so that the epochs of that time do not count.
 *
 * <p>{@code kindling-benchmarks/run two-executors}
 */
final class TwoExecutors implements Benchmark {

  private static final Path TASKSET = Path.of("/usr/bin/taskset");
  private static final int ROWS_PER_WORKER = 128;
  private static final int STEPS_OF_ONE = 40;
  private static final int WARM_UPS = 5;
  private static final int EPOCHS = 10;
  private static final int BARE_STEPS = 100;

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
      pin(first.handle(), 0);
      pin(second.handle(), 1);
      report.add(
          Comparison.alternate(
              new Case(name(), "speed-up of " + Architecture.CNN.words(), 0.9, "times one"),
              0,
              5,
              () -> speed(2, path) / speed(1, path),
              () -> {
                first.begin(BARE_STEPS);
                double alone = 1 / first.seconds();
                first.begin(BARE_STEPS);
                second.begin(BARE_STEPS);
                return (1 / first.seconds() + 1 / second.seconds()) / alone;
              }));
    }
  }

  /** Rows per second on a cluster of so many executors. */
  private static double speed(int executors, String path) throws Exception {
    try (SparkSession spark = Images.session("local-cluster[" + executors + ",1,1536]")) {
      Dataset<Row> table = Images.read(spark, path);
      table.count();
      List<ProcessHandle> started = executors();
      for (int i = 0; i < started.size(); i++) {
        pin(started.get(i), i);
      }
      double seconds =
          TrainingStep.secondsOfFit(
              table, Architecture.CNN.network(), executors * ROWS_PER_WORKER, WARM_UPS, EPOCHS);
      return STEPS_OF_ONE * ROWS_PER_WORKER * (EPOCHS - WARM_UPS) / seconds;
    }
  }

  /** The processes of the executors that run now. */
  static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(
            process ->
                process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .toList();
  }

  /** Keeps all threads of a process on one core; does nothing where there is no taskset. */
  private static void pin(ProcessHandle process, int core)
      throws IOException, InterruptedException {
    if (Files.isExecutable(TASKSET)) {
      new ProcessBuilder(
              TASKSET.toString(),
              "-a",
              "-p",
              "-c",
              Integer.toString(core),
              Long.toString(process.pid()))
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start()
          .waitFor();
    }
  }
}
