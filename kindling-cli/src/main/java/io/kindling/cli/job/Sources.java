package io.kindling.cli.job;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
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
  public static Dataset<Row> open(SparkSession session, Source source) throws IOException {
    if (!source.missing().isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid data source " + source + ": " + source.missing() + " is missing.");
    }
    Dataset<Row> rows = source.isIdx() ? openIdx(session, source) : openSparks(session, source);
    Dataset<Row> taken = source.where().map(rows::where).orElse(rows);
    return source.select().isEmpty()
        ? taken
        : taken.selectExpr(source.select().toArray(String[]::new));
  }

  private static Dataset<Row> openIdx(SparkSession session, Source source) throws IOException {
    String images = source.options().get("images");
    String labels = source.options().get("labels");
    requireExisting(session, images);
    requireExisting(session, labels);
    return IdxFiles.read(session, images, labels);
  }

  private static Dataset<Row> openSparks(SparkSession session, Source source) throws IOException {
    String path = source.path().orElseThrow();
    if (source.format().map(each -> FILES.contains(each.toLowerCase(Locale.ROOT))).orElse(true)) {
      requireExisting(session, path);
    }
    DataFrameReader reader = session.read().options(source.options());
    source.schema().ifPresent(reader::schema);
    source.format().ifPresent(reader::format);
    return reader.load(path);
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
