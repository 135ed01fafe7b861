package io.kindling.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * Runs one measurement: {@code kindling-benchmarks/run NAME}. One JSON line per case goes to the
 * standard output, the case that is closest to its bar, or furthest below it, once more as the last
 * line; all of it, with the machine, goes to {@code results/NAME.txt} as well.
 */
public final class Benchmarks {

  private Benchmarks() {}

  /**
   * Runs it.
   *
   * @param arguments the measurement's name, and the folder of results
   */
  public static void main(String[] arguments) throws Exception {
    List<Benchmark> all =
        List.of(
            new TrainingStep(),
            new TwoExecutors(),
            new RowsToTensors(),
            new Spill(),
            new Recovery(),
            new Observe(),
            new Transform(),
            new Frames(),
            new Score(),
            new PredictorCalls(),
            new MicroBatches(),
            new TfRecords(),
            new LayerSteps(),
            new AgainstMllib(Path.of(System.getProperty("kindling.shared", "shared"), "data")),
            new Citizen(),
            new Encryption(),
            new SumSpeed(),
            new SumLatency(),
            new StepCost(),
            new Hogwild(),
            new SlowLink(Path.of(System.getProperty("kindling.shared", "shared"), "data")),
            new Scale());
    String name = arguments.length == 2 ? arguments[0] : "";
    Benchmark chosen =
        all.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
    if (chosen == null) {
      System.err.println(
          "Usage: kindling-benchmarks/run NAME, with one of "
              + all.stream().map(Benchmark::name).toList()
              + ", mllib and slow-link with SHARED; or kindling-benchmarks/run learning SHARED [TASK…]");
      System.exit(2);
    }
    Report report = new Report(System.out);
    chosen.run(report);
    report.printWeakest();
    report.write(Path.of(arguments[1], name + ".txt"));
  }
}
