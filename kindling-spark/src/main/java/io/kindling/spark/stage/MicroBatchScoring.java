package io.kindling.spark.stage;

import io.kindling.spark.file.CompleteFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Scores every micro-batch of a stream with the model that is in use when it begins, for {@code
 * foreachBatch}; the model can be swapped while the stream runs:
 *
 * <pre>{@code
 * MicroBatchScoring.use(spark, "hdfs:///clicks/model", "hdfs:///models/clicks-1");
 * stream.writeStream()
 *     .foreachBatch(MicroBatchScoring.of(transformer, "hdfs:///clicks/model", sink))
 *     .option("checkpointLocation", …)
 *     .start();
 * MicroBatchScoring.use(spark, "hdfs:///clicks/model", "hdfs:///models/clicks-2");
 * }</pre>
 *
 * <p>Which model a micro-batch is scored with is written down before its first row is scored, with
 * the fingerprint of the model's files. So a micro-batch that Spark repeats after a failure has the
 * same model again, whatever is in use by then, and the same rows: whoever replaces what stands
 * under a row's key, or under the number of the micro-batch, has each row once. A model must stand
 * where it is, unchanged, for as long as a micro-batch may be repeated; one that has changed ends
 * the stream with a message.
 */
public final class MicroBatchScoring implements VoidFunction2<Dataset<Row>, Long> {

  private static final long serialVersionUID = 1;
  private static final String IN_USE = "in-use";
  private static final String BATCHES = "micro-batches";

  private final ModelTransformer transformer;
  private final String folder;
  private final VoidFunction2<Dataset<Row>, Long> sink;

  private MicroBatchScoring(
      ModelTransformer transformer, String folder, VoidFunction2<Dataset<Row>, Long> sink) {
    this.transformer = transformer;
    this.folder = folder;
    this.sink = sink;
  }

  /**
   * Scores with a stage and its params as they are now, but for the model.
   *
   * @param folder of this query alone, on any file system Hadoop knows
   * @param sink takes the scored rows and the number of the micro-batch, and writes them so that
   *     writing them again changes nothing
   */
  public static MicroBatchScoring of(
      ModelTransformer transformer, String folder, VoidFunction2<Dataset<Row>, Long> sink) {
    return new MicroBatchScoring(transformer.copy(new ParamMap()), folder, sink);
  }

  /**
   * Has the micro-batches that begin from now on scored with another model.
   *
   * @param folder as given to {@link #of}
   * @param model path of its file or folder
   */
  public static void use(SparkSession session, String folder, String model) throws IOException {
    write(new Path(folder, IN_USE), List.of(model), session.sparkContext().hadoopConfiguration());
  }

  /**
   * The model that a micro-batch has been scored with, or is being.
   *
   * @return its path; empty where the micro-batch has not begun
   */
  public static Optional<String> modelOf(SparkSession session, String folder, long microBatch)
      throws IOException {
    return read(batch(folder, microBatch), session.sparkContext().hadoopConfiguration())
        .map(lines -> lines.get(0));
  }

  @Override
  public void call(Dataset<Row> rows, Long id) throws Exception {
    Configuration hadoop = rows.sparkSession().sparkContext().hadoopConfiguration();
    Path place = batch(folder, id);
    Optional<List<String>> begun = read(place, hadoop);
    ModelTransformer scorer = transformer.copy(new ParamMap());
    if (begun.isEmpty()) {
      scorer.setModel(inUse(hadoop));
      String fingerprint = scorer.fingerprint();
      write(place, List.of(scorer.getModel(), fingerprint), hadoop);
      sink.call(scorer.transform(rows, fingerprint), id);
    } else {
      scorer.setModel(begun.get().get(0));
      sink.call(scorer.transform(rows, begun.get().get(1)), id);
    }
  }

  private String inUse(Configuration hadoop) throws IOException {
    return read(new Path(folder, IN_USE), hadoop)
        .map(lines -> lines.get(0))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No model is in use for "
                        + folder
                        + ". Name one before the stream begins: MicroBatchScoring.use."));
  }

  private static Path batch(String folder, long id) {
    return new Path(new Path(folder, BATCHES), Long.toString(id));
  }

  private static void write(Path file, List<String> lines, Configuration hadoop)
      throws IOException {
    file.getFileSystem(hadoop).mkdirs(file.getParent());
    new CompleteFolder(file.toString(), hadoop)
        .overwrite(
            fresh -> {
              try (OutputStream out = fresh.getFileSystem(hadoop).create(fresh)) {
                out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
              }
            });
  }

  private static Optional<List<String>> read(Path file, Configuration hadoop) throws IOException {
    CompleteFolder place = new CompleteFolder(file.toString(), hadoop);
    if (place.find().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        place.read(
            found -> {
              try (InputStream in = found.getFileSystem(hadoop).open(found)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
              }
            }));
  }
}
