package io.kindling.cli;

import io.kindling.cli.picture.ConfusionMatrix;
import io.kindling.cli.picture.LossCurve;
import io.kindling.cli.terminal.Table;
import io.kindling.metric.Evaluation;
import io.kindling.training.EpochReport;
import io.kindling.training.History;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** What demo and train have in common: a training that can be watched, a table, pictures. */
final class TrainingRun {

  private final SparkSession session;
  private final PrintStream out;

  TrainingRun(SparkSession session, PrintStream out) {
    this.session = session;
    this.out = out;
  }

  /** Trains with a progress bar and prints a table of the epochs. */
  Trained fit(Estimator<?> estimator, Dataset<Row> train) {
    TrainingView view = new TrainingView(out);
    session.sparkContext().addSparkListener(view);
    Trained trained;
    try (view) {
      trained = Trained.of(estimator.fit(train)).orElseThrow();
    } finally {
      session.sparkContext().removeSparkListener(view);
    }
    out.println();
    out.println(table(trained.history()));
    out.println(trained.work());
    return trained;
  }

  private static Table table(History history) {
    List<String> metrics = List.copyOf(history.last().training().metrics().keySet());
    boolean validated = history.last().validation().isPresent();
    List<String> headers = new ArrayList<>(List.of("epoch", "loss"));
    headers.addAll(metrics);
    if (validated) {
      Stream.concat(Stream.of("loss"), metrics.stream())
          .map(each -> "validation " + each)
          .forEach(headers::add);
    }
    headers.add("seconds");
    Table table = Table.withHeaders(headers.toArray(String[]::new));
    for (EpochReport report : history.epochs()) {
      List<Object> cells = new ArrayList<>(List.of(report.epoch()));
      cells.addAll(figures(report.training(), metrics));
      report.validation().ifPresent(each -> cells.addAll(figures(each, metrics)));
      cells.add(String.format(Locale.ROOT, "%.1f", report.seconds()));
      table.row(cells.toArray());
    }
    return table;
  }

  private static List<String> figures(Evaluation evaluation, List<String> metrics) {
    return Stream.concat(
            Stream.of(evaluation.loss()), metrics.stream().map(each -> metric(evaluation, each)))
        .map(each -> String.format(Locale.ROOT, "%.4f", each))
        .toList();
  }

  private static double metric(Evaluation evaluation, String name) {
    return evaluation.metrics().getOrDefault(name, Double.NaN);
  }

  /**
   * Draws the loss curve and, where there are classes, the confusion matrix.
   *
   * @param names of the classes; empty for their numbers
   */
  void draw(Path folder, History history, Optional<Confusion> confusion, List<String> names)
      throws IOException {
    Files.createDirectories(folder);
    Path curve = folder.resolve("loss-curve.png");
    lossCurve(history).write(curve);
    if (confusion.isEmpty()) {
      out.println("pictures: " + curve);
      return;
    }
    Path matrix = folder.resolve("confusion-matrix.png");
    long[][] counts = confusion.get().counts();
    List<String> labels =
        names.isEmpty()
            ? IntStream.range(0, counts.length).mapToObj(String::valueOf).toList()
            : names;
    ConfusionMatrix.of("Test rows", labels, counts).write(matrix);
    out.println("pictures: " + curve + " " + matrix);
  }

  private static LossCurve lossCurve(History history) {
    LossCurve curve =
        LossCurve.titled("Loss")
            .withSteps(
                IntStream.range(0, history.stepLosses().length)
                    .mapToDouble(i -> history.stepLosses()[i])
                    .toArray())
            .withEpochs(
                epochs(history, EpochReport::training, Evaluation::loss),
                validations(history, Evaluation::loss));
    return history.last().training().metrics().keySet().stream()
        .findFirst()
        .map(
            metric ->
                curve.withMetric(
                    new LossCurve.Metric(
                        metric,
                        epochs(history, EpochReport::training, each -> metric(each, metric)),
                        validations(history, each -> metric(each, metric)))))
        .orElse(curve);
  }

  private static double[] epochs(
      History history, Function<EpochReport, Evaluation> which, ToDoubleFunction<Evaluation> what) {
    return history.epochs().stream()
        .mapToDouble(each -> what.applyAsDouble(which.apply(each)))
        .toArray();
  }

  private static double[] validations(History history, ToDoubleFunction<Evaluation> what) {
    return history.epochs().stream()
        .flatMap(each -> each.validation().stream())
        .mapToDouble(what)
        .toArray();
  }
}
