package io.kindling.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code docs/tfrecord.md} from top to bottom, and writes it or checks that it is up to date.
 */
class TfRecordGuideTest {

  @TempDir private Path temporary;

  @Test
  void showsWhatRuns() throws IOException {
    RunDocument.of(TfRecordGuideTest.class, "tfrecord.md").check();
  }

  @Test
  void writesAndReadsRecords() throws Exception {
    try (SparkSession spark = SparkSession.builder().master("local[2]").getOrCreate()) {
      records(spark);
    }
  }

  private void records(SparkSession spark) throws Exception {
    String folder = temporary.toString();
    Dataset<Row> table =
        spark
            .range(0, 300, 1, 2)
            .selectExpr(
                "id % 3 AS species", "transform(array(1, 2, 3, 4), x -> float(x + id)) AS measured")
            .withColumn(
                "island", org.apache.spark.sql.functions.expr("concat('island ', species)"));

    // snippet: write
    table
        .write()
        .format("tfrecord")
        .option("compression", "gzip")
        .partitionBy("island")
        .save(folder + "/penguins");
    // end

    // snippet: read
    Dataset<Row> penguins = spark.read().format("tfrecord").load(folder + "/penguins");
    penguins.printSchema(); // measured: array<float>, species: bigint, island: string
    // end
    assertThat(penguins.schema().toDDL())
        .isEqualTo("measured ARRAY<FLOAT>,species BIGINT,island STRING");
    assertThat(penguins.count()).isEqualTo(300);

    // snippet: schema
    Dataset<Row> labels =
        spark
            .read()
            .format("tfrecord")
            .schema("species INT, measured ARRAY<DOUBLE>")
            .load(folder + "/penguins");
    // end
    assertThat(labels.where("species = 2 AND measured[0] >= 1").count()).isEqualTo(100);

    // snippet: skip
    Dataset<Row> whole =
        spark.read().format("tfrecord").option("onCorrupt", "skip").load(folder + "/penguins");
    // end
    assertThat(whole.count()).isEqualTo(300);

    // snippet: stream
    StreamingQuery query =
        spark
            .readStream()
            .format("tfrecord")
            .schema(penguins.schema())
            .load(folder + "/penguins")
            .where("species = 1")
            .writeStream()
            .format("tfrecord")
            .option("path", folder + "/chinstraps")
            .option("checkpointLocation", folder + "/checkpoint")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    // end
    assertThat(spark.read().format("tfrecord").load(folder + "/chinstraps").count()).isEqualTo(100);

    // snippet: sql
    Dataset<Row> counted =
        spark.sql(
            "SELECT species, count(*) FROM tfrecord.`" + folder + "/penguins` GROUP BY species");
    // end
    assertThat(counted.count()).isEqualTo(3);
  }
}
