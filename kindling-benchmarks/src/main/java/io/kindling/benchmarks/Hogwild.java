package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.tensorflow.TensorFlowEngine;
import io.kindling.training.EpochReport;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.Strategy;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Two workers in one JVM that write to the same parameters without locks, against two trainings
 * side by side that know nothing of each other: the same network, the same rows of a step for each,
 * one thread of the engine for each. How many rows a second both sides learn from together; one
 * training alone would divide both and so falls out of the ratio of the speed-ups.
 *
 * <p>{@code kindling-benchmarks/run hogwild}
 */
final class Hogwild implements Benchmark {

  private static final int WORKERS = 2;
  private static final int ROWS_PER_WORKER = 128;
  private static final int STEPS = 80;
  private static final int EPOCHS = 5;
  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 5;

  @Override
  public String name() {
    return "hogwild";
  }

  @Override
  public void run(Report report) throws Exception {
    // The first session of a process sets its threads: one for each of the workers here.
    TensorFlowEngine.withThreads(1);
    int rows = STEPS * ROWS_PER_WORKER;
    try (SparkSession spark = Images.session("local[" + WORKERS + "]")) {
      Dataset<Row> both = Images.read(spark, new Images(WORKERS * rows).write(spark)).cache();
      Dataset<Row> half = Images.read(spark, new Images(rows).write(spark)).cache();
      both.count();
      half.count();
      report.add(
          Comparison.alternate(
              new Case(name(), "two workers, " + Architecture.MLP.words(), 0.9, "rows/s"),
              1,
              ROUNDS,
              () -> speed(both, WORKERS, Served.of(Exchange.GRADIENTS, 1).lockFree()),
              () -> apart(half)));
    }
  }

  /** Both begin to train at nearly the same time; epochs of warming up make up for the rest. */
  private static double apart(Dataset<Row> table) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
    try {
      Future<Double> other = threads.submit(() -> speed(table, 1, Strategy.allReduced()));
      Future<Double> own = threads.submit(() -> speed(table, 1, Strategy.allReduced()));
      return other.get() + own.get();
    } finally {
      threads.shutdownNow();
    }
  }

  private static double speed(Dataset<Row> table, int workers, Strategy strategy) {
    List<EpochReport> epochs =
        new NeuralClassifier()
            .setNetwork(Architecture.MLP.network())
            .setNumWorkers(workers)
            .setBatchSize(workers * ROWS_PER_WORKER)
            .setEpochs(EPOCHS)
            .setStrategy(strategy)
            .fit(table)
            .summary()
            .history()
            .epochs();
    double[] seconds = epochs.stream().skip(WARM_UPS).mapToDouble(EpochReport::seconds).toArray();
    return workers * STEPS * ROWS_PER_WORKER / Comparison.median(seconds);
  }
}
