package io.kindling.cli;

import io.kindling.cli.job.Source;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
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
      requireColumns(scored);
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

  /** Neither the input nor the model is lost by the output, nor anything that is no table. */
  private void requireFreeOutput(SparkSession session) throws IOException {
    if (output == null) {
      return;
    }
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    Target target = Target.of(output, "--output", hadoop);
    if (mode == Mode.error) {
      target.requireFree("Use --mode overwrite");
    }
    for (String read :
        Stream.of(Optional.of(model), input.path()).flatMap(Optional::stream).toList()) {
      if (target.overlaps(Target.of(read, "", hadoop).path())) {
        throw new IllegalArgumentException(
            "Nothing can be written to %s (--output), because %s is read. Name another path."
                .formatted(target.path(), read));
      }
    }
    Optional<String> foreign =
        mode == Mode.overwrite
            ? target.foreign(Results.ROWS, "table that Spark wrote")
            : Optional.empty();
    if (foreign.isPresent()) {
      throw new IllegalArgumentException(foreign.get());
    }
  }

  private void requireColumns(Dataset<Row> scored) {
    List<String> there = List.of(scored.columns());
    List<String> missing = columns.stream().filter(each -> !there.contains(each)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The columns %s (--columns) are missing. The columns are %s."
              .formatted(missing, String.join(", ", there)));
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
