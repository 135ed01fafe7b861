package io.kindling.spark.job;

import io.kindling.engine.Objective;
import io.kindling.metric.Evaluation;
import io.kindling.metric.Metric;
import io.kindling.spark.event.StepTimes;
import io.kindling.spark.event.TrainingEpochEnded;
import io.kindling.spark.event.TrainingStepped;
import io.kindling.training.EpochReport;
import io.kindling.training.TrainingState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.scheduler.SparkListenerEvent;

/**
 * What workers tell the driver, as the numbers a report can carry: a kind, and then, from rank 0, a
 * step's or an epoch's measures, or, from every rank, what it did with its time.
 *
 * <p>A step: {@code [0, stepInEpoch, steps, rows, loss, metric…]}. An epoch: {@code [1, steps,
 * seconds, rows, loss, metric…, validationRows, validationLoss, validationMetric…]}, with 0
 * validation rows where there is no validation.
 */
final class ProgressReport {

  private static final double STEP = 0;
  private static final double EPOCH = 1;
  private static final double WORK = 2;

  private ProgressReport() {}

  static List<Double> ofStep(
      TrainingState.StepMeasure measure,
      Objective objective,
      long stepInEpoch,
      long steps,
      long rows) {
    double[] sums = new double[1 + measure.metricSums().length];
    sums[0] = measure.loss() * measure.rows();
    for (int i = 0; i < measure.metricSums().length; i++) {
      sums[1 + i] = measure.metricSums()[i];
    }
    List<Double> values =
        new ArrayList<>(List.of(STEP, (double) stepInEpoch, (double) steps, (double) rows));
    append(values, objective.evaluation(sums, measure.rows()));
    return values;
  }

  static List<Double> ofEpoch(EpochReport report) {
    List<Double> values =
        new ArrayList<>(
            List.of(
                EPOCH,
                (double) report.steps(),
                report.seconds(),
                (double) report.training().rows()));
    append(values, report.training());
    values.add((double) report.validation().map(Evaluation::rows).orElse(0L));
    report.validation().ifPresent(validation -> append(values, validation));
    return values;
  }

  static List<Double> ofWork(StepTimes times) {
    List<Double> values = new ArrayList<>(List.of(WORK));
    values.addAll(times.toNumbers());
    return values;
  }

  private static void append(List<Double> values, Evaluation evaluation) {
    values.add(evaluation.loss());
    values.addAll(evaluation.metrics().values());
  }

  /** What a rank did with its time, where that is what the numbers tell. */
  static Optional<StepTimes> work(List<Double> values) {
    return values.get(0) == WORK
        ? Optional.of(StepTimes.ofNumbers(values.subList(1, values.size())))
        : Optional.empty();
  }

  static boolean isEpoch(List<Double> values) {
    return values.get(0) == EPOCH;
  }

  /** The event the numbers stand for. */
  static SparkListenerEvent toEvent(
      String job, int epochs, int epoch, List<Double> values, List<Metric> metrics) {
    if (values.get(0) == STEP) {
      Evaluation step = evaluation(1, values, 4, metrics);
      return new TrainingStepped(
          job,
          epoch,
          epochs,
          values.get(1).longValue(),
          values.get(2).longValue(),
          values.get(3).longValue(),
          step.loss(),
          step.metrics());
    }
    long rows = values.get(3).longValue();
    int behind = 5 + metrics.size();
    long validationRows = values.get(behind).longValue();
    Optional<Evaluation> validation =
        validationRows == 0
            ? Optional.empty()
            : Optional.of(evaluation(validationRows, values, behind + 1, metrics));
    EpochReport report =
        new EpochReport(
            epoch,
            values.get(1).longValue(),
            evaluation(rows, values, 4, metrics),
            validation,
            values.get(2));
    return new TrainingEpochEnded(job, report, rows);
  }

  private static Evaluation evaluation(
      long rows, List<Double> values, int from, List<Metric> metrics) {
    Map<String, Double> named = new LinkedHashMap<>();
    for (int i = 0; i < metrics.size(); i++) {
      named.put(metrics.get(i).name(), values.get(from + 1 + i));
    }
    return new Evaluation(rows, values.get(from), named);
  }
}
