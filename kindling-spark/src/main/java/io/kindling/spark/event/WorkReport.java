package io.kindling.spark.event;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How the workers of a training spent their time.
 *
 * @param workers one per rank, in their order
 * @param generations how many generations of workers it took; 1 where none was lost and none came
 * @param warnings what went wrong on the way
 */
public record WorkReport(List<Worker> workers, int generations, List<String> warnings) {

  /**
   * A worker counts as a straggler whose own work takes longer than that of the median worker by
   * this factor, less being noise, ...
   */
  private static final double STRAGGLES = 1.25;

  /** ... and by this share of its step: others do not notice a delay that is shorter. */
  private static final double NOTICED = 0.1;

  /** Of a training that is not known, such as that of a loaded model. */
  public static final WorkReport NONE = new WorkReport(List.of(), 0, List.of());

  /**
   * One rank; where several workers were that rank one after another, what they did together.
   *
   * @param host where the last of them ran
   */
  public record Worker(int rank, String host, StepTimes times) {

    double workPerStep() {
      return perStep(times.workNanos());
    }

    double perStep(long nanos) {
      return (double) nanos / Math.max(1, times.steps());
    }
  }

  public WorkReport {
    workers = List.copyOf(workers);
    warnings = List.copyOf(warnings);
  }

  /** The worker that others wait for, if there is one. */
  public Optional<Worker> straggler() {
    List<Worker> sorted =
        workers.stream().sorted(Comparator.comparingDouble(Worker::workPerStep)).toList();
    if (sorted.size() < 2) {
      return Optional.empty();
    }
    Worker slowest = sorted.get(sorted.size() - 1);
    double median = sorted.get((sorted.size() - 1) / 2).workPerStep();
    boolean straggles =
        slowest.workPerStep() > STRAGGLES * median
            && slowest.workPerStep() - median > NOTICED * slowest.perStep(slowest.times().nanos());
    return straggles ? Optional.of(slowest) : Optional.empty();
  }

  /** A table for people: shares of the time, milliseconds per step, bytes per step. */
  @Override
  public String toString() {
    if (workers.isEmpty()) {
      return "No report of work.";
    }
    StringBuilder text =
        new StringBuilder(
            "rank  host                  ms/step  feed  compute  update  exchange  wait  other   sent/step\n");
    for (Worker each : workers) {
      StepTimes times = each.times();
      text.append(
          String.format(
              Locale.ROOT,
              "%4d  %-20s %8.2f  %3.0f%%    %4.0f%%   %4.0f%%     %4.0f%%  %3.0f%%   %3.0f%%  %s%n",
              each.rank(),
              each.host(),
              each.perStep(times.nanos()) / 1e6,
              share(times.feedNanos(), times),
              share(times.computeNanos(), times),
              share(times.updateNanos(), times),
              share(times.communicateNanos(), times),
              share(times.waitNanos(), times),
              share(times.otherNanos(), times),
              bytes(times.bytesSent() / Math.max(1, times.steps()))));
    }
    straggler()
        .ifPresent(
            each ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "Rank %d on %s holds the others up: its own work takes %.2f ms of a step.%n",
                        each.rank(),
                        each.host(),
                        each.workPerStep() / 1e6)));
    if (generations > 1) {
      text.append("Workers came or went: ").append(generations).append(" generations.\n");
    }
    warnings.forEach(each -> text.append(each).append('\n'));
    return text.toString();
  }

  private static double share(long nanos, StepTimes times) {
    return 100.0 * nanos / Math.max(1, times.nanos());
  }

  private static String bytes(long bytes) {
    return bytes < 10_000
        ? bytes + " B"
        : bytes < 10_000_000 ? bytes / 1000 + " KB" : bytes / 1_000_000 + " MB";
  }
}
