package io.kindling.cli;

import io.kindling.cli.job.Source;
import io.kindling.cli.job.Sources;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** Which rows a command reads. */
final class InputOptions {

  @Option(
      names = "--input",
      paramLabel = "<path>",
      description = "Where the rows are; for idx, give the options images and labels instead.")
  private String path;

  @Option(
      names = "--format",
      paramLabel = "<format>",
      description = "Format of the rows: any of Spark's, or idx; default: ${DEFAULT-VALUE}.",
      defaultValue = "parquet")
  private String format;

  @Option(
      names = "--option",
      paramLabel = "<key=value>",
      description = "An option of the reader; may be repeated.")
  private Map<String, String> options = new LinkedHashMap<>();

  @Option(
      names = "--schema",
      paramLabel = "<ddl>",
      description = "Columns, as 'name TYPE, …', of files that do not tell them.")
  private String schema;

  @Option(
      names = "--where",
      paramLabel = "<sql>",
      description = "The rows to take, as a condition in SQL.")
  private String where;

  String format() {
    return format;
  }

  /** Where the rows are, if one path says it. */
  Optional<String> path() {
    return Optional.ofNullable(path);
  }

  Dataset<Row> open(SparkSession session) throws IOException {
    return Sources.open(
        session,
        new Source(
            Optional.of(format),
            Optional.ofNullable(path),
            Optional.ofNullable(schema),
            Optional.ofNullable(where),
            List.of(),
            options));
  }
}
