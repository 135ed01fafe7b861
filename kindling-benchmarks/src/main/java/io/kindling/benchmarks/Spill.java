package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.training.EpochReport;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Training on a data set four times as large as the memory that the worker has for rows, against
 * the same training with memory for all of them, in the same JVM on {@code local[1]}. Rows of both
 * are dealt, cached and copied alike; of one, three quarters and more come from a file in Spark's
 * local directory. The first epoch, in which Java compiles, does not count, neither does dealing.
 *
 * <p>All is pinned to one core, so that the thread that reads ahead takes its time from the
 * training. The operating system's cache is left alone: it holds the file where the machine has the
 * memory, which a heap must not take.
 *
 * <p>A remark in the result tells the same of a network so light that copying its rows is half of a
 * step: there a read of the system, some 0.7 µs whatever it brings, is seen.
 *
 * <p>{@code kindling-benchmarks/run spill}
 */
final class Spill implements Benchmark {

  private static final int ROWS = 640 * 128;
  private static final int ROW_BYTES = (Images.SIZE + 1) * Float.BYTES;
  private static final int TIMES_THE_MEMORY = 4;
  private static final int WARM_UPS = 1;
  private static final int EPOCHS = 3;
  private static final int ROUNDS = 5;
  private static final double BAR = 0.8;
  private static final String ENOUGH = "2g";

  @Override
  public String name() {
    return "spill";
  }

  @Override
  public void run(Report report) throws Exception {
    String memory = (long) ROWS * ROW_BYTES / TIMES_THE_MEMORY + "b";
    report.remark(
        "%d rows of %d bytes, %s of memory for rows against %s"
            .formatted(ROWS, ROW_BYTES, memory, ENOUGH));
    try (SparkSession spark = Images.session("local[1]")) {
      Dataset<Row> table = Images.read(spark, new Images(ROWS).write(spark));
      report.add(compare(table, memory, Architecture.MLP.words(), Architecture.MLP.network()));
      Network light =
          Network.sequential(
              Input.of("features", Images.SIZE), Dense.of(16).relu(), Dense.of(Images.CLASSES));
      report.remark(
          "A network that costs as little as copying its rows: "
              + compare(table, memory, "784-16-10", light).toJson());
    }
  }

  private Comparison compare(Dataset<Row> table, String memory, String words, Network network)
      throws Exception {
    return Comparison.alternate(
        new Case(name(), words, BAR, "rows/s"),
        1,
        ROUNDS,
        () -> speed(table, network, memory),
        () -> speed(table, network, ENOUGH));
  }

  /** Rows per second of all epochs but the first. */
  private static double speed(Dataset<Row> table, Network network, String memory) {
    List<EpochReport> epochs =
        new NeuralClassifier()
            .setNetwork(network)
            .setEpochs(EPOCHS)
            .setRowMemory(memory)
            .fit(table)
            .summary()
            .history()
            .epochs();
    return (double) ROWS
        * (EPOCHS - WARM_UPS)
        / epochs.stream().skip(WARM_UPS).mapToDouble(EpochReport::seconds).sum();
  }
}
