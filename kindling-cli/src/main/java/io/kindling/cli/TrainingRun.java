package io.kindling.cli;

import io.kindling.cli.picture.ConfusionMatrix;
import io.kindling.cli.picture.LossCurve;
import io.kindling.cli.terminal.Table;
import io.kindling.metric.Evaluation;
import io.kindling.spark.stage.NeuralClassificationModel;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.training.EpochReport;
import io.kindling.training.History;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
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
  NeuralClassificationModel fit(NeuralClassifier classifier, Dataset<Row> train) {
    TrainingView view = new TrainingView(out);
    session.sparkContext().addSparkListener(view);
    NeuralClassificationModel model;
    try (view) {
      model = classifier.fit(train);
    } finally {
      session.sparkContext().removeSparkListener(view);
    }
    out.println();
    out.println(table(model.summary().history()));
    return model;
  }

  private static Table table(History history) {
    boolean validated = history.last().validation().isPresent();
    Table table =
        validated
            ? Table.withHeaders(
                "epoch", "loss", "accuracy", "validation loss", "validation accuracy", "seconds")
            : Table.withHeaders("epoch", "loss", "accuracy", "seconds");
    for (EpochReport report : history.epochs()) {
      String seconds = String.format(Locale.ROOT, "%.1f", report.seconds());
      if (validated) {
        Evaluation validation = report.validation().orElseThrow();
        table.row(
            report.epoch(),
            loss(report.training()),
            accuracy(report.training()),
            loss(validation),
            accuracy(validation),
            seconds);
      } else {
        table.row(report.epoch(), loss(report.training()), accuracy(report.training()), seconds);
      }
    }
    return table;
  }

  private static String loss(Evaluation evaluation) {
    return String.format(Locale.ROOT, "%.4f", evaluation.loss());
  }

  private static String accuracy(Evaluation evaluation) {
    return String.format(Locale.ROOT, "%.4f", accuracyOf(evaluation));
  }

  /** Scores data and counts what was taken for what. */
  Confusion evaluate(NeuralClassificationModel model, Dataset<Row> test, String label) {
    return Confusion.of(model.transform(test), label, model.getPredictionCol(), model.numClasses());
  }

  /**
   * Draws the loss curve and the confusion matrix.
   *
   * @param names of the classes; empty for their numbers
   */
  void draw(Path folder, History history, Confusion confusion, List<String> names)
      throws IOException {
    Files.createDirectories(folder);
    Path curve = folder.resolve("loss-curve.png");
    Path matrix = folder.resolve("confusion-matrix.png");
    double[] training = epochs(history, EpochReport::training, Evaluation::loss);
    double[] validation = validations(history, Evaluation::loss);
    LossCurve.titled("Loss")
        .withSteps(
            IntStream.range(0, history.stepLosses().length)
                .mapToDouble(i -> history.stepLosses()[i])
                .toArray())
        .withEpochs(training, validation)
        .withMetric(
            new LossCurve.Metric(
                "accuracy",
                epochs(history, EpochReport::training, TrainingRun::accuracyOf),
                validations(history, TrainingRun::accuracyOf)))
        .write(curve);
    List<String> labels =
        names.isEmpty()
            ? IntStream.range(0, confusion.counts().length).mapToObj(String::valueOf).toList()
            : names;
    ConfusionMatrix.of("Test rows", labels, confusion.counts()).write(matrix);
    out.println("pictures: " + curve + " " + matrix);
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

  private static double accuracyOf(Evaluation evaluation) {
    return evaluation.metrics().getOrDefault("accuracy", Double.NaN);
  }
}
