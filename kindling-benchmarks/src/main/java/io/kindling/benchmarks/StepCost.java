package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.cluster.transport.Secret;
import io.kindling.engine.Objective;
import io.kindling.engine.Program.BatchMemory;
import io.kindling.engine.TrainingProgram;
import io.kindling.loss.Loss;
import io.kindling.network.Dense;
import io.kindling.network.Gradients;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.tensorflow.TensorFlowEngine;
import io.kindling.training.EpochReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a synchronous step of two workers on {@code local[2]} costs beyond computing and the wire:
 * the time of a step of {@link NeuralClassifier#fit} less that of two threads that do nothing but
 * compute the gradients of a batch which lies ready and sum an array of their size in the same
 * shared memory. Feeding rows, the optimizer, watching accuracy and Spark's part remain. The
 * network is so small that little else is to be seen.
 *
 * <p>Both sides run one after the other in each round; the comparison is of 1 / ms with what 0.3 ms
 * would be.
 *
 * <p>{@code kindling-benchmarks/run step-cost}
 */
final class StepCost implements Benchmark {

  private static final int WORKERS = 2;
  private static final int FEATURES = 16;
  private static final int CLASSES = 2;
  private static final int ROWS_PER_WORKER = 32;
  private static final int STEPS = 1000;
  private static final int EPOCHS = 6;
  private static final int WARM_UPS = 2;
  private static final double ALLOWED_MILLIS = 0.3;

  @Override
  public String name() {
    return "step-cost";
  }

  @Override
  public void run(Report report) throws Exception {
    // The first session of a process sets its threads: one for each of the workers here.
    TensorFlowEngine engine = TensorFlowEngine.withThreads(1);
    try (SparkSession spark = Images.session("local[" + WORKERS + "]")) {
      Dataset<Row> table = table(spark).cache();
      List<Double> product = new ArrayList<>();
      List<Double> bare = new ArrayList<>();
      Comparison comparison =
          Comparison.alternate(
              new Case(name(), "a step of two workers on local[2]", 1.0, "1/ms"),
              1,
              9,
              () -> {
                product.add(millisOfProduct(table));
                bare.add(millisOfBareThreads(engine));
                return 1 / Math.max(1e-3, last(product) - last(bare));
              },
              () -> 1 / ALLOWED_MILLIS);
      report.add(comparison);
      report.remark(
          String.format(
              java.util.Locale.ROOT,
              "A step takes %.3f ms, %.3f ms of it computed and moved: %.3f ms of its own.",
              median(product),
              median(bare),
              1 / Comparison.median(comparison.ours())));
    }
  }

  private static double median(List<Double> millis) {
    return Comparison.median(millis.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double last(List<Double> millis) {
    return millis.get(millis.size() - 1);
  }

  private static Dataset<Row> table(SparkSession spark) {
    return spark
        .range(0, (long) STEPS * ROWS_PER_WORKER * WORKERS, 1, WORKERS)
        .selectExpr(
            "cast(id % " + CLASSES + " as int) as label",
            "transform(sequence(0, "
                + (FEATURES - 1)
                + "), x -> cast(pmod(xxhash64(id, x), 256) / 255 as float)) as features");
  }

  private static Network network() {
    return Network.sequential(
        Input.of("features", FEATURES), Dense.of(FEATURES).relu(), Dense.of(CLASSES));
  }

  private static double millisOfProduct(Dataset<Row> table) {
    List<EpochReport> epochs =
        new NeuralClassifier()
            .setNetwork(network())
            .setNumWorkers(WORKERS)
            .setBatchSize(WORKERS * ROWS_PER_WORKER)
            .setEpochs(EPOCHS)
            .fit(table)
            .summary()
            .history()
            .epochs();
    double[] millis =
        epochs.stream()
            .skip(WARM_UPS)
            .mapToDouble(epoch -> epoch.seconds() * 1e3 / epoch.steps())
            .toArray();
    return Comparison.median(millis);
  }

  private static double millisOfBareThreads(TensorFlowEngine engine) throws Exception {
    Secret secret = Secret.random();
    ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
    try (SummingRank first = SummingRank.listenBesideOthers(0, secret);
        SummingRank second = SummingRank.listenBesideOthers(1, secret)) {
      List<Integer> ports = List.of(first.port(), second.port());
      Future<Double> other = threads.submit(() -> millis(engine, second, ports));
      Future<Double> own = threads.submit(() -> millis(engine, first, ports));
      other.get();
      return own.get();
    } finally {
      threads.shutdownNow();
    }
  }

  private static double millis(TensorFlowEngine engine, SummingRank rank, List<Integer> ports)
      throws Exception {
    rank.link(ports);
    Objective objective = Objective.of(network(), Loss.sparseCategoricalCrossEntropy());
    try (TrainingProgram program = engine.compile(objective);
        BatchMemory batch = program.newTrainingBatch(ROWS_PER_WORKER)) {
      batch.setRows(ROWS_PER_WORKER);
      float[] exchange = new float[program.network().parameters().size()];
      double[] millis = new double[EPOCHS];
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        long began = System.nanoTime();
        for (int step = 0; step < STEPS; step++) {
          Gradients gradients = program.gradients(batch);
          gradients.read(0, exchange, 0, exchange.length);
          rank.sum(exchange);
        }
        millis[epoch] = (System.nanoTime() - began) / 1e6 / STEPS;
      }
      return Comparison.median(java.util.Arrays.copyOfRange(millis, WARM_UPS, EPOCHS));
    }
  }
}
