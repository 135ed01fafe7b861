package io.kindling.spark.stage;

import io.kindling.spark.file.CompleteFolder;
import io.kindling.spark.job.MicroBatch;
import io.kindling.spark.predict.ModelFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 *
 * <p>What is written down belongs to a query, as its checkpoint does: a query that begins anew,
 * with an empty checkpoint, takes nothing over from the one before. The newest 100 micro-batches
 * are remembered.
 */
public final class MicroBatchScoring implements VoidFunction2<Dataset<Row>, Long> {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(MicroBatchScoring.class);
  private static final String IN_USE = "in-use";
  private static final String BATCHES = "micro-batches";

  /** As many as Spark keeps of its own logs: it never repeats an older micro-batch. */
  private static final int KEPT = 100;

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
   * @return its path; empty where the micro-batch has not begun, or is too old to be remembered
   */
  public static Optional<String> modelOf(SparkSession session, String folder, long microBatch)
      throws IOException {
    return read(batch(folder, microBatch), session.sparkContext().hadoopConfiguration())
        .map(Begun::of)
        .map(Begun::model);
  }

  /**
   * What is written down of a micro-batch that has begun.
   *
   * @param fingerprint of the model's files
   * @param query the id of the query, which it keeps over restarts; empty where none runs
   */
  private record Begun(String model, String fingerprint, String query) {

    static Begun of(List<String> lines) {
      return new Begun(lines.get(0), lines.get(1), lines.size() > 2 ? lines.get(2) : "");
    }

    List<String> lines() {
      return List.of(model, fingerprint, query);
    }

    void requireUnchanged(ModelFiles.Described now) {
      if (!now.fingerprint().equals(fingerprint)) {
        throw new IllegalStateException(
            "The model "
                + model
                + " is not what it was when these rows were scored first: its files have changed."
                + " Put them back, or begin the query anew.");
      }
    }
  }

  @Override
  public void call(Dataset<Row> rows, Long id) throws Exception {
    SparkContext context = rows.sparkSession().sparkContext();
    Configuration hadoop = context.hadoopConfiguration();
    String query = MicroBatch.current(context).map(MicroBatch::query).orElse("");
    Optional<Begun> before =
        read(batch(folder, id), hadoop).map(Begun::of).filter(each -> each.query().equals(query));
    ModelTransformer scorer = transformer.copy(new ParamMap());
    scorer.setModel(before.isPresent() ? before.get().model() : inUse(hadoop));
    ModelFiles.Described described = scorer.look();
    if (before.isPresent()) {
      before.get().requireUnchanged(described);
    } else {
      Begun begun = new Begun(scorer.getModel(), described.fingerprint(), query);
      write(batch(folder, id), begun.lines(), hadoop);
      prune(id, hadoop);
    }
    sink.call(scorer.transform(rows, described), id);
  }

  /** Deletes what is too old to be repeated; what is newer than the newest is of another query. */
  private void prune(long newest, Configuration hadoop) throws IOException {
    Path batches = new Path(folder, BATCHES);
    FileSystem fileSystem = batches.getFileSystem(hadoop);
    for (FileStatus each : fileSystem.listStatus(batches)) {
      String name = each.getPath().getName();
      if (name.matches("[0-9]{1,18}")) {
        long id = Long.parseLong(name);
        if (id <= newest - KEPT || id > newest) {
          fileSystem.delete(each.getPath(), true);
        }
      }
    }
  }

  private String inUse(Configuration hadoop) throws IOException {
    return namedInUse(hadoop)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "No model is in use for "
                        + folder
                        + ". Name one before the stream begins: MicroBatchScoring.use."));
  }

  /** Somebody may replace it meanwhile, and for a moment it stands in neither place. */
  private Optional<String> namedInUse(Configuration hadoop) throws IOException {
    Path place = new Path(folder, IN_USE);
    Optional<List<String>> named = Optional.empty();
    try {
      named = read(place, hadoop);
    } catch (FileNotFoundException e) {
      LOG.debug("{} is being replaced.", place, e);
    }
    return (named.isPresent() ? named : read(place, hadoop)).map(lines -> lines.get(0));
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
