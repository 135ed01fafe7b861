package io.kindling.benchmarks;

import io.kindling.benchmarks.Comparison.Case;
import io.kindling.network.Network;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.Predictor;
import io.kindling.predict.PredictorOptions;
import io.kindling.predict.TensorValue;
import io.kindling.tensorflow.savedmodel.SavedModelExport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Sixteen threads that each score one row after another through a {@code Predictor}: a small
 * network as a SavedModel and as ONNX, with micro-batching against without.
 *
 * <p>{@code kindling-benchmarks/run predictor}
 */
final class PredictorCalls implements Benchmark {

  private static final int CALLERS = 16;
  private static final int CALLS = 2_000; // of each caller
  private static final int WARM_UPS = 2;
  private static final int ROUNDS = 9;
  private static final double BAR = 2;

  @Override
  public String name() {
    return "predictor";
  }

  @Override
  public void run(Report report) throws Exception {
    Network network = Architecture.MLP.network();
    float[] parameters = network.parameters().initialize(7);
    Path folder = Files.createTempDirectory("kindling-predictor");
    Path savedModel = folder.resolve("model");
    SavedModelExport.write(savedModel, network, parameters, new float[network.state().size()]);
    measure(report, "a SavedModel", savedModel);
    Path onnx = folder.resolve("model.onnx");
    OnnxMlp.write(onnx, network, parameters);
    measure(report, "ONNX", onnx);
  }

  private void measure(Report report, String format, Path path) throws Exception {
    LoadOptions oneThread = LoadOptions.defaults().withThreads(1);
    PredictorOptions alone = PredictorOptions.defaults();
    // As many calls at once as there are cores, each of the rows of as many callers as there are
    // for it.
    PredictorOptions joined =
        alone.withMicroBatching(CALLERS / alone.concurrency(), Duration.ofMillis(1));
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try (Predictor joining = Predictor.load(path, oneThread, joined);
        Predictor single = Predictor.load(path, oneThread, alone)) {
      report.add(
          Comparison.alternate(
              new Case(
                  name(),
                  "%s of %s, %d callers with one row each, micro-batching on against off"
                      .formatted(format, Architecture.MLP.words(), CALLERS),
                  BAR,
                  "calls/s"),
              WARM_UPS,
              ROUNDS,
              () -> callsPerSecond(callers, joining),
              () -> callsPerSecond(callers, single)));
      report.remark(
          "%s: %.1f rows a run; median %s, 99 %% within %s; without, %s and %s"
              .formatted(
                  format,
                  (double) joining.metrics().rows() / joining.metrics().runs(),
                  joining.metrics().median(),
                  joining.metrics().percentile99(),
                  single.metrics().median(),
                  single.metrics().percentile99()));
    } finally {
      callers.shutdownNow();
    }
  }

  private static double callsPerSecond(ExecutorService callers, Predictor predictor)
      throws Exception {
    String input = predictor.description().defaultSignature().inputs().get(0).name();
    List<Future<?>> all = new ArrayList<>();
    long start = System.nanoTime();
    for (int caller = 0; caller < CALLERS; caller++) {
      float[] row = row(caller);
      all.add(
          callers.submit(
              () -> {
                for (int i = 0; i < CALLS; i++) {
                  predictor.predict(Map.of(input, TensorValue.ofFloats(row, 1, Images.SIZE)));
                }
              }));
    }
    for (Future<?> each : all) {
      each.get(10, TimeUnit.MINUTES);
    }
    return CALLERS * (long) CALLS / ((System.nanoTime() - start) / 1e9);
  }

  private static float[] row(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] row = new float[Images.SIZE];
    for (int i = 0; i < row.length; i++) {
      row[i] = random.nextInt(256) / 255f;
    }
    return row;
  }
}
