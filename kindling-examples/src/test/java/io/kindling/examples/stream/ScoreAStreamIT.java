package io.kindling.examples.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.spark.stage.MicroBatchScoring;
import io.kindling.spark.stage.ModelTransformer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the driver and executors of {@link ScoreAStream} at random moments while rows arrive in a
 * real broker and the model is swapped: no row is lost, none is there twice, none is changed.
 * {@code -Dkindling.kills=50} for more kills than every build does, {@code -Dkindling.seed} for
 * those of a run before.
 */
class ScoreAStreamIT {

  private static final int KILLS = Integer.getInteger("kindling.kills", 3);
  private static final long SEED = Long.getLong("kindling.seed", System.nanoTime());
  private static final int DRIVER_EVERY = 3;
  private static final int LONGEST_MILLIS = 1500;

  @TempDir private Path folder;

  @Test
  void everyRowIsScoredOnceWhateverDies() throws Exception {
    Random random = new Random(SEED);
    List<String> models =
        List.of(
            WholeNumbers.write(folder.resolve("one"), 1),
            WholeNumbers.write(folder.resolve("other"), 2));
    long rows;
    try (SparkSession spark = session();
        KafkaBroker kafka = KafkaBroker.start(folder.resolve("kafka"))) {
      kafka.create("rows", 4);
      kafka.createCompacted("scores", 2);
      ScoreAStream stream =
          new ScoreAStream(kafka.servers(), "rows", "scores", folder.resolve("scored").toString());
      MicroBatchScoring.use(spark, stream.models(), models.get(0));
      int executors = 0;
      try (NumberedRows arriving = new NumberedRows(kafka, "rows");
          KilledApplication application = new KilledApplication(folder, stream)) {
        for (int kill = 1; kill <= KILLS; kill++) {
          application.awaitProgress();
          pause(random);
          if (kill % DRIVER_EVERY == 0) {
            MicroBatchScoring.use(spark, stream.models(), models.get(kill / DRIVER_EVERY % 2));
            application.killDriver();
          } else if (application.killExecutor(random)) {
            executors++;
          }
        }
        application.awaitProgress();
        rows = arriving.stop();
        application.finish();
      }
      assertThat(executors).as("executors killed, seed %d", SEED).isPositive();
      Table table = new Table(spark.read().parquet(stream.table()));
      table.assertEachRowOnce(rows);
      table.assertScoredWith(models);
      long records = table.assertSameIn(topic(spark, stream));
      System.out.printf(
          "Seed %d: %d drivers and %d executors killed; %d rows in %d micro-batches, %d records sent again%n",
          SEED, KILLS / DRIVER_EVERY, executors, rows, table.batches(), records - rows);
    }
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate();
  }

  private static void pause(Random random) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_MILLIS)));
  }

  private static Dataset<Row> topic(SparkSession spark, ScoreAStream stream) {
    return spark
        .read()
        .format("kafka")
        .option("kafka.bootstrap.servers", stream.servers())
        .option("subscribe", stream.output())
        .load()
        .selectExpr("CAST(key AS STRING) AS key", "CAST(value AS STRING) AS value");
  }

  /** The scored rows. */
  private record Table(Dataset<Row> rows) {

    void assertEachRowOnce(long expected) {
      assertThat(rows.count()).as("rows, seed %d", SEED).isEqualTo(expected);
      assertThat(rows.select("key").distinct().count()).as("keys").isEqualTo(expected);
      assertThat(rows.where("CAST(key AS BIGINT) NOT BETWEEN 0 AND " + (expected - 1)).count())
          .as("strangers")
          .isZero();
      assertThat(rows.where("features <> " + NumberedRows.features("CAST(key AS BIGINT)")).count())
          .as("rows with other features")
          .isZero();
    }

    /** A micro-batch has one model, and its rows have this model's scores to the bit. */
    void assertScoredWith(List<String> models) {
      assertThat(
              rows.groupBy("batch")
                  .agg(functions.countDistinct("model").as("models"))
                  .where("models <> 1")
                  .count())
          .as("micro-batches with two models")
          .isZero();
      for (String model : models) {
        Dataset<Row> scored = rows.where(rows.col("model").equalTo(model));
        assertThat(scored.isEmpty()).as("rows scored with %s", model).isFalse();
        Dataset<Row> again =
            new ModelTransformer()
                .setModel(model)
                .setOutput("scores", "again")
                .transform(scored.coalesce(2));
        assertThat(again.where("CAST(again AS STRING) <> CAST(scores AS STRING)").count())
            .as("rows with other scores, seed %d", SEED)
            .isZero();
      }
    }

    /**
     * Of a key, every record of a micro-batch is the same, and that of the newest is the table's.
     *
     * @return how many records there are
     */
    long assertSameIn(Dataset<Row> topic) {
      Dataset<Row> records =
          topic
              .selectExpr("key", "value", "from_json(value, 'batch BIGINT').batch AS batch")
              .persist();
      assertThat(
              records
                  .groupBy("key", "batch")
                  .agg(functions.countDistinct("value").as("contents"))
                  .where("contents <> 1")
                  .count())
          .as("records that were sent again, but changed, seed %d", SEED)
          .isZero();
      Dataset<Row> newest =
          records.groupBy("key").agg(functions.expr("max_by(value, batch)").as("newest"));
      Dataset<Row> expected =
          rows.selectExpr(
              "key AS same",
              "to_json(struct(key, features, scores, model, CAST(batch AS BIGINT) AS batch)) AS value");
      assertThat(newest.count()).as("keys in the topic").isEqualTo(rows.count());
      assertThat(
              newest
                  .join(expected, newest.col("key").equalTo(expected.col("same")))
                  .where("newest = value")
                  .count())
          .as("records as in the table, seed %d", SEED)
          .isEqualTo(rows.count());
      return records.count();
    }

    long batches() {
      return rows.select("batch").distinct().count();
    }
  }
}
