package io.kindling.examples.stream;

import io.kindling.spark.stage.MicroBatchScoring;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * Writes the rows of a micro-batch to a topic of Kafka and to a table, so that writing them again
 * changes nothing. Spark repeats a micro-batch that was not complete when something died, with the
 * same rows; {@link MicroBatchScoring} sees that they have the same model.
 *
 * <ul>
 *   <li>The topic: a record has the row's key, and holds the number of its micro-batch. A record
 *       that is there twice is there twice alike, so that a reader takes, of a key, the record of
 *       the newest micro-batch; not the last, because tasks of a driver that has died may write for
 *       a moment while the next one is at work. Compaction removes the others in time.
 *   <li>The table: one folder per micro-batch, {@code batch=7}, written under another name and
 *       moved to its place as a whole. Tasks that outlive their driver write to folders that nobody
 *       reads. This works on every file system with a rename, and takes no database; where a table
 *       format or a database with an upsert is at hand, its key is the row's key, or the number of
 *       the micro-batch.
 * </ul>
 *
 * <p>Each row has the model it was scored with beside its scores.
 */
public final class KafkaAndTable implements VoidFunction2<Dataset<Row>, Long> {

  private static final long serialVersionUID = 1;
  private static final String UNFINISHED = "_unfinished-"; // readers of tables skip it

  private final String servers;
  private final String topic;
  private final String table;
  private final String models;

  /**
   * @param models the folder that {@link MicroBatchScoring} writes models down in
   */
  public KafkaAndTable(String servers, String topic, String table, String models) {
    this.servers = servers;
    this.topic = topic;
    this.table = table;
    this.models = models;
  }

  @Override
  public void call(Dataset<Row> scored, Long batch) throws IOException {
    SparkSession spark = scored.sparkSession();
    String model = MicroBatchScoring.modelOf(spark, models, batch).orElseThrow();
    Dataset<Row> rows = scored.withColumn("model", functions.lit(model)).persist();
    try {
      toTable(rows, batch);
      toTopic(rows.withColumn("batch", functions.lit(batch)));
    } finally {
      rows.unpersist();
    }
  }

  private void toTable(Dataset<Row> rows, long batch) throws IOException {
    Path fresh = new Path(table, UNFINISHED + UUID.randomUUID());
    FileSystem files =
        fresh.getFileSystem(rows.sparkSession().sparkContext().hadoopConfiguration());
    for (FileStatus left : files.globStatus(new Path(table, UNFINISHED + "*"))) {
      files.delete(left.getPath(), true);
    }
    rows.write().parquet(fresh.toString());
    Path place = new Path(table, "batch=" + batch);
    files.delete(place, true);
    if (!files.rename(fresh, place)) {
      throw new IOException("Failed to move " + fresh + " to " + place + ".");
    }
  }

  private void toTopic(Dataset<Row> rows) {
    rows.selectExpr("key", "to_json(struct(*)) AS value")
        .write()
        .format("kafka")
        .option("kafka.bootstrap.servers", servers)
        .option("topic", topic)
        .save();
  }
}
