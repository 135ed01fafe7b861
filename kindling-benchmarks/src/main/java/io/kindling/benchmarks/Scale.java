package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.benchmarks.LocalRank.Kind;
import io.kindling.benchmarks.SumModel.Links;
import io.kindling.engine.Objective;
import io.kindling.engine.Program.BatchMemory;
import io.kindling.engine.TrainingProgram;
import io.kindling.loss.Loss;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.tensorflow.TensorFlowEngine;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/**
 * What part of their time 8 to 512 workers would compute, by a model of the exchange: {@link
 * SumModel}, whose costs are measured here between two processes, with links as stated. Each worker
 * is a machine with a processor of its own that computes as one core does here, and nothing
 * overlaps with the exchange.
 *
 * <p>The comparison is the check of the model: how fast two and four processes sum over loopback,
 * and how fast it says they do; the slower of both over the faster. Sums of 10 and 25 M floats by
 * two processes went into the model. Where four processes share two cores, all that costs processor
 * time takes twice as long.
 *
 * <p>{@code kindling-benchmarks/run scale}
 */
final class Scale implements Benchmark {

  private static final int MILLION = 1_000_000;
  private static final int SMALL = 1024;
  private static final int WARM_UPS = 3;
  private static final int ROUNDS = 7;
  private static final double BAR = 0.85;
  private static final int ROWS = 128;
  private static final int INTERVAL = 16;
  private static final List<Links> LINKS =
      List.of(
          new Links("10 Gbit/s, 25 us", 1.25e9, 25e-6, 1),
          new Links("1 Gbit/s, 100 us", 1.25e8, 100e-6, 1));

  /** Where a network's steps were measured. */
  private record Step(String words, double bytes, double seconds) {}

  @Override
  public String name() {
    return "scale";
  }

  @Override
  public void run(Report report) throws Exception {
    SumModel model;
    try (LocalRanks two = LocalRanks.start(2, EnumSet.of(Kind.AUTHENTICATED))) {
      double small = Comparison.median(seconds(two, SMALL, 2000));
      model = SumModel.of(List.of(sum(two, 10), sum(two, 25)), small);
      check(report, model, 2, 16, two);
    }
    try (LocalRanks four = LocalRanks.start(4, EnumSet.of(Kind.AUTHENTICATED))) {
      check(report, model, 4, 10, four);
      check(report, model, 4, 25, four);
    }
    report.remark(
        String.format(
            Locale.ROOT,
            "A rank takes %.3f ns a byte and %.1f us a message.",
            model.secondsPerByte() * 1e9,
            model.secondsPerMessage() * 1e6));
    TensorFlowEngine engine = TensorFlowEngine.withThreads(1);
    for (Step step :
        List.of(
            step(engine, "the README's network", readme()),
            step(engine, "784-4096-4096-1024-10", large()))) {
      LINKS.forEach(links -> print(report, model, step, links));
    }
  }

  private static SumModel.Sum sum(LocalRanks two, int millions) throws Exception {
    int floats = millions * MILLION;
    return new SumModel.Sum(
        (double) floats * Float.BYTES,
        Comparison.median(seconds(two, floats, Math.max(1, 100 / millions))));
  }

  private void check(Report report, SumModel model, int ranks, int millions, LocalRanks processes)
      throws Exception {
    double said =
        model.ring(
            (double) millions * MILLION * Float.BYTES,
            ranks,
            SumModel.loopback(ranks, Runtime.getRuntime().availableProcessors()));
    double[] measured = seconds(processes, millions * MILLION, Math.max(1, 40 / millions));
    double[] slower = new double[ROUNDS];
    double[] faster = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      slower[round] = millions / Math.max(said, measured[round]);
      faster[round] = millions / Math.min(said, measured[round]);
    }
    String words =
        String.format(
            Locale.ROOT, "%d M floats, %d processes, measured against the model", millions, ranks);
    report.add(new Comparison(new Case(name(), words, BAR, "M floats/s"), slower, faster));
  }

  /** The seconds of a sum, in each round. */
  private static double[] seconds(LocalRanks ranks, int floats, int sums) throws Exception {
    double[] seconds = new double[ROUNDS];
    for (int round = -WARM_UPS; round < ROUNDS; round++) {
      System.gc();
      double one = ranks.seconds(Kind.AUTHENTICATED, floats, sums) / sums;
      if (round >= 0) {
        seconds[round] = one;
      }
    }
    return seconds;
  }

  private static Step step(TensorFlowEngine engine, String words, Network network) {
    Objective objective = Objective.of(network, Loss.sparseCategoricalCrossEntropy());
    try (TrainingProgram program = engine.compile(objective);
        BatchMemory batch = program.newTrainingBatch(ROWS)) {
      batch.setRows(ROWS);
      double[] seconds = new double[ROUNDS];
      for (int round = -WARM_UPS; round < ROUNDS; round++) {
        long began = System.nanoTime();
        program.gradients(batch);
        if (round >= 0) {
          seconds[round] = (System.nanoTime() - began) / 1e9;
        }
      }
      int parameters = program.network().parameters().size();
      return new Step(
          String.format(Locale.ROOT, "%s, %.1f M parameters", words, parameters / 1e6),
          (double) parameters * Float.BYTES,
          Comparison.median(seconds));
    }
  }

  private static void print(Report report, SumModel model, Step step, Links links) {
    report.remark("");
    report.remark(
        String.format(
            Locale.ROOT,
            "%s, %d rows a worker in %.1f ms, %s: part of the time that is computed",
            step.words(),
            ROWS,
            step.seconds() * 1e3,
            links.words()));
    report.remark("ranks    ring  local SGD of " + INTERVAL + " steps");
    for (int ranks = 8; ranks <= 512; ranks *= 2) {
      double ring = model.ring(step.bytes(), ranks, links);
      report.remark(
          String.format(
              Locale.ROOT,
              "%5d   %.3f      %.3f",
              ranks,
              step.seconds() / (step.seconds() + ring),
              step.seconds() / (step.seconds() + ring / INTERVAL)));
    }
  }

  private static Network readme() {
    return Network.sequential(
        Input.of("features", 28, 28, 1),
        Conv2d.of(32, 5).relu(),
        MaxPool2d.of(2),
        Flatten.of(),
        Dense.of(128).relu(),
        Dropout.of(0.3),
        Dense.of(10));
  }

  private static Network large() {
    return Network.sequential(
        Input.of("features", 784),
        Dense.of(4096).relu(),
        Dense.of(4096).relu(),
        Dense.of(1024).relu(),
        Dense.of(10));
  }
}
