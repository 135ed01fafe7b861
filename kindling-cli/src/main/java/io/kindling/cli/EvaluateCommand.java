package io.kindling.cli;

import io.kindling.cli.job.Labels;
import io.kindling.cli.terminal.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Compares a saved model's predictions with labels. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description =
        "Compares a saved model's predictions with labels: accuracy, F1, log loss and confusion matrix of classes; errors and R² of numbers.")
final class EvaluateCommand implements Callable<Integer> {

  /** A wider matrix than this is no longer read on a terminal. */
  private static final int MOST_COLUMNS = 12;

  @Mixin private SparkOptions spark;

  @Mixin private InputOptions input;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "<path>",
      description = "Where the model was saved.")
  private String model;

  @Option(
      names = "--label",
      paramLabel = "<column>",
      description = "Column of what is right; default: ${DEFAULT-VALUE}.",
      defaultValue = "label")
  private String label;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean isJson;

  @Override
  public Integer call() throws IOException {
    SparkSession session = spark.session("evaluate");
    try {
      SavedModel.requireExisting(session, model);
      Dataset<Row> rows = input.open(session);
      SavedModel saved = SavedModel.load(session, model);
      requireLabel(rows);
      List<String> names = saved.classes();
      Quality quality = quality(saved, saved.transformer().transform(rows), names);
      Report report =
          new Report().withAll(quality.figures()).with("rows", quality.rows()).with("model", model);
      if (isJson) {
        report.with("classes", names);
        quality.confusion().ifPresent(each -> report.with("confusion", each.counts()));
        System.out.println(report.json());
      } else {
        quality.confusion().ifPresent(each -> print(each, names));
        System.out.println(report.line());
      }
    } finally {
      session.stop();
    }
    return 0;
  }

  private void requireLabel(Dataset<Row> rows) {
    if (!List.of(rows.columns()).contains(label)) {
      throw new IllegalArgumentException(
          "Column '%s' (--label) is missing. The columns are %s."
              .formatted(label, String.join(", ", rows.columns())));
    }
  }

  private Quality quality(SavedModel saved, Dataset<Row> scored, List<String> names) {
    Trained trained = saved.trained();
    return switch (trained.kind()) {
      case CLASSES -> trained.qualityOfClasses(scored, new Labels(label, names));
      case NUMBERS -> Quality.ofNumbers(scored, label, trained.prediction());
      case ANY ->
          throw new IllegalArgumentException(
              "Unsupported model "
                  + model
                  + ": what its outputs "
                  + trained.model().network().outputs()
                  + " mean is not known. Evaluate classifiers and regressors; score with others.");
    };
  }

  private static void print(Confusion confusion, List<String> names) {
    int classes = confusion.counts().length;
    if (classes > MOST_COLUMNS) {
      return;
    }
    List<String> shown =
        names.isEmpty() ? IntStream.range(0, classes).mapToObj(String::valueOf).toList() : names;
    List<String> headers = new ArrayList<>(List.of("label \\ prediction"));
    headers.addAll(shown);
    Table table = Table.withHeaders(headers.toArray(String[]::new));
    for (int i = 0; i < classes; i++) {
      List<Object> cells = new ArrayList<>(List.of(shown.get(i)));
      for (long count : confusion.counts()[i]) {
        cells.add(count);
      }
      table.row(cells.toArray());
    }
    System.out.println(table);
    System.out.println();
  }
}
