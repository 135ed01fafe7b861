package io.kindling.cli;

import io.kindling.cli.job.Source;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Scores rows with a saved model. */
@Command(
    name = "score",
    mixinStandardHelpOptions = true,
    description = "Scores rows with a saved model.")
final class ScoreCommand implements Callable<Integer> {

  /** Rows that are shown where none are written. */
  private static final int SHOWN = 20;

  /** What is done where something stands at the output. */
  enum Mode {
    error,
    overwrite,
    append
  }

  @Mixin private SparkOptions spark;

  @Mixin private InputOptions input;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "<path>",
      description = "Where the model was saved.")
  private String model;

  @Option(
      names = "--output",
      paramLabel = "<path>",
      description = "Where scored rows go; without it, 20 of them are shown.")
  private String output;

  @Option(
      names = "--output-format",
      paramLabel = "<format>",
      description = "Format of the output; default: the input's, but parquet for idx.")
  private String outputFormat;

  @Option(
      names = "--output-option",
      paramLabel = "<key=value>",
      description = "An option of the writer; may be repeated.")
  private Map<String, String> outputOptions = new LinkedHashMap<>();

  @Option(
      names = "--mode",
      description =
          "Where something stands at the output: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.",
      defaultValue = "error")
  private Mode mode;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "<column>",
      description = "Columns to keep; default: all.")
  private List<String> columns = List.of();

  @Option(
      names = "--json",
      description =
          "Prints all scored rows as lines of JSON, or with --output one JSON object that says what was written.")
  private boolean isJson;

  @Override
  public Integer call() throws IOException {
    SparkSession session = spark.session("score");
    try {
      SavedModel.requireExisting(session, model);
      requireFreeOutput(session);
      Dataset<Row> rows = input.open(session);
      Dataset<Row> scored = SavedModel.load(session, model).transformer().transform(rows);
      if (!columns.isEmpty()) {
        scored = scored.select(columns.stream().map(functions::col).toArray(Column[]::new));
      }
      if (output != null) {
        write(scored);
      } else if (isJson) {
        scored.toJSON().toLocalIterator().forEachRemaining(System.out::println);
      } else {
        scored.show(SHOWN, 80);
      }
    } finally {
      session.stop();
    }
    return 0;
  }

  private void requireFreeOutput(SparkSession session) throws IOException {
    if (output != null && mode == Mode.error) {
      Target.of(output, "--output", session.sparkContext().hadoopConfiguration())
          .requireFree("Use --mode overwrite");
    }
  }

  private void write(Dataset<Row> scored) {
    String format = formatToWrite();
    scored
        .write()
        .format(format)
        .options(outputOptions)
        .mode(mode.name().toLowerCase(Locale.ROOT))
        .save(output);
    if (isJson) {
      System.out.println(
          new Report().with("model", model).with("output", output).with("format", format).json());
    }
  }

  private String formatToWrite() {
    if (outputFormat != null) {
      return outputFormat;
    }
    return input.format().equals(Source.IDX) ? "parquet" : input.format();
  }
}
