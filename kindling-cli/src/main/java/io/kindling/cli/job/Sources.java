package io.kindling.cli.job;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Opens the data a job names. */
public final class Sources {

  private Sources() {}

  /** Rows of a source: what Spark reads, or IDX files. */
  public static Dataset<Row> open(SparkSession session, JobFile.Source source) throws IOException {
    if (!source.missing().isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid data source " + source + ": " + source.missing() + " is missing.");
    }
    if (JobFile.IDX.equals(source.format())) {
      return IdxFiles.read(session, source.options().get("images"), source.options().get("labels"));
    }
    var reader = session.read().options(source.options());
    return source.format() == null
        ? reader.load(source.path())
        : reader.format(source.format()).load(source.path());
  }
}
