package io.kindling.cli;

import io.kindling.cli.job.Source;
import io.kindling.cli.job.Sources;
import java.io.IOException;
import java.util.List;
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

  @Mixin private SparkOptions spark;

  @Option(names = "--model", required = true, description = "Where the model was saved.")
  private String model;

  @Option(names = "--input", required = true, description = "Rows to score.")
  private String input;

  @Option(
      names = "--format",
      description = "Format of the input; default: ${DEFAULT-VALUE}.",
      defaultValue = "parquet")
  private String format;

  @Option(
      names = "--output-format",
      description = "Format of the output; default: the input's, but parquet for idx.")
  private String outputFormat;

  @Option(
      names = "--option",
      description = "An option of the input's reader, key=value; may be repeated.")
  private Map<String, String> options = Map.of();

  @Option(
      names = "--output",
      description = "Where scored rows go; without it, 20 of them are shown.")
  private String output;

  @Option(names = "--columns", split = ",", description = "Columns to keep; default: all.")
  private List<String> columns = List.of();

  @Override
  public Integer call() throws IOException {
    SparkSession session = spark.session("score");
    try {
      SavedModel.requireExisting(session, model);
      Dataset<Row> rows = Sources.open(session, Source.of(format, input, options));
      Dataset<Row> scored = SavedModel.load(session, model).transformer().transform(rows);
      if (!columns.isEmpty()) {
        scored = scored.select(columns.stream().map(functions::col).toArray(Column[]::new));
      }
      if (output == null) {
        scored.show(20, 80);
      } else {
        scored.write().format(formatToWrite()).mode("error").save(output);
      }
    } finally {
      session.stop();
    }
    return 0;
  }

  private String formatToWrite() {
    if (outputFormat != null) {
      return outputFormat;
    }
    return format.equals(Source.IDX) ? "parquet" : format;
  }
}
