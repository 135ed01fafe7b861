package io.kindling.cli.job;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Opens the data a job names. */
public final class Sources {

  /** The formats whose paths are files; what others take for a path may be the name of a table. */
  private static final Set<String> FILES =
      Set.of("avro", "binaryfile", "csv", "json", "libsvm", "orc", "parquet", "text", "xml");

  private Sources() {}

  /** Rows of a source: what Spark reads, or IDX files. */
  public static Dataset<Row> open(SparkSession session, JobFile.Source source) throws IOException {
    if (!source.missing().isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid data source " + source + ": " + source.missing() + " is missing.");
    }
    if (JobFile.IDX.equals(source.format())) {
      requireExisting(session, source.options().get("images"));
      requireExisting(session, source.options().get("labels"));
      return IdxFiles.read(session, source.options().get("images"), source.options().get("labels"));
    }
    if (source.format() == null || FILES.contains(source.format().toLowerCase(Locale.ROOT))) {
      requireExisting(session, source.path());
    }
    var reader = session.read().options(source.options());
    return source.format() == null
        ? reader.load(source.path())
        : reader.format(source.format()).load(source.path());
  }

  /** Finds a missing file before Spark does, and says it in a sentence; the name may be a glob. */
  static void requireExisting(SparkSession session, String name) throws IOException {
    Path path = new Path(name);
    FileStatus[] found =
        path.getFileSystem(session.sparkContext().hadoopConfiguration()).globStatus(path);
    if (found == null || found.length == 0) {
      throw new IllegalArgumentException("Failed to read " + name + ": it does not exist.");
    }
  }
}
