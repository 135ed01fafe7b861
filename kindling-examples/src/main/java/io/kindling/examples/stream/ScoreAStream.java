package io.kindling.examples.stream;

import io.kindling.spark.stage.MicroBatchScoring;
import io.kindling.spark.stage.ModelTransformer;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows from a topic of Kafka, scored, into another topic and into a table: each row once in both,
 * whichever processes die meanwhile, while the model is swapped.
 *
 * <pre>{@code
 * spark-submit --packages org.apache.spark:spark-sql-kafka-0-10_2.13:4.1.0,… \
 *   --class io.kindling.examples.stream.ScoreAStream kindling-examples.jar \
 *   broker:9092 clicks scores hdfs:///clicks hdfs:///models/clicks-1
 * }</pre>
 *
 * <p>A record's key names the row, and its value is {@code {"features": [1.5, …]}}.
 *
 * @param servers of Kafka
 * @param input topic of rows
 * @param output topic of scored rows; best compacted
 * @param folder for the table, the checkpoint and the model in use, on any Hadoop file system
 */
public record ScoreAStream(String servers, String input, String output, String folder) {

  /** Rows of a micro-batch, at most: what is done again after a failure. */
  private static final int BATCH_ROWS = 5000;

  private static final int MOST_FAILURES = 3;
  private static final Logger LOG = LoggerFactory.getLogger(ScoreAStream.class);

  /** Where the model in use is named. */
  public String models() {
    return folder + "/model";
  }

  /** The table of scored rows. */
  public String table() {
    return folder + "/table";
  }

  /** The folder of Spark's own notes on the query. */
  public String checkpoint() {
    return folder + "/checkpoint";
  }

  /** Begins, or goes on where an application has ended. */
  public StreamingQuery start(SparkSession spark, Trigger trigger) throws TimeoutException {
    Dataset<Row> arriving =
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", servers)
            .option("subscribe", input)
            .option("startingOffsets", "earliest")
            .option("maxOffsetsPerTrigger", BATCH_ROWS)
            .load()
            .selectExpr(
                "CAST(key AS STRING) AS key",
                "from_json(CAST(value AS STRING), 'features ARRAY<FLOAT>').features AS features");
    return arriving
        .writeStream()
        .foreachBatch(
            MicroBatchScoring.of(
                new ModelTransformer(),
                models(),
                new KafkaAndTable(servers, output, table(), models())))
        .option("checkpointLocation", checkpoint())
        .trigger(trigger)
        .start();
  }

  /**
   * Scores until the query ends by itself. One that fails begins again where it was, a few times,
   * as whatever watches over an application would have it do. Spark 4.1.0 needs that: behind the
   * micro-batch that is repeated when an application was killed, and is complete by then, its
   * source for Kafka fails to report how far it lags behind.
   *
   * @throws StreamingQueryException if it fails too often
   */
  public void run(SparkSession spark, Trigger trigger)
      throws TimeoutException, StreamingQueryException {
    int failures = 0;
    while (true) {
      try {
        start(spark, trigger).awaitTermination();
        return;
      } catch (StreamingQueryException e) {
        failures++;
        if (failures > MOST_FAILURES) {
          throw e;
        }
        LOG.warn("The query has failed, and begins again where it was.", e);
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 5) {
      System.err.println("Usage: ScoreAStream SERVERS INPUT OUTPUT FOLDER MODEL");
      System.exit(2);
    }
    ScoreAStream stream = new ScoreAStream(arguments[0], arguments[1], arguments[2], arguments[3]);
    SparkSession spark = SparkSession.builder().appName("score a stream").getOrCreate();
    MicroBatchScoring.use(spark, stream.models(), arguments[4]);
    stream.run(spark, Trigger.ProcessingTime(0));
  }
}
