package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.spark.local.LocalSession;
import io.kindling.spark.predict.Graphs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

class MicroBatchScoringTest {

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  private String times(float factor) throws IOException {
    Path models = Files.createDirectories(folder.resolve("times-" + factor));
    return Graphs.begin()
        .input("x", DataType.DT_FLOAT, -1)
        .constant("factor", factor)
        .node("y", "Mul", "T", DataType.DT_FLOAT, "x", "factor")
        .write(models);
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private MicroBatchScoring scoring() {
    String scored = place("scored");
    return MicroBatchScoring.of(
        new ModelTransformer(),
        place("model"),
        (rows, id) -> rows.write().mode("overwrite").parquet(scored + "/batch=" + id));
  }

  private void run(MicroBatchScoring scoring) throws Exception {
    StreamingQuery query =
        spark
            .readStream()
            .schema("x FLOAT")
            .parquet(place("input"))
            .writeStream()
            .foreachBatch(scoring)
            .option("checkpointLocation", place("checkpoint"))
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination(60_000);
  }

  private void arrive(int from, int to) {
    spark
        .range(from, to, 1, 1)
        .selectExpr("cast(id AS float) AS x")
        .write()
        .mode("append")
        .parquet(place("input"));
  }

  @Test
  void aModelIsSwappedBetweenMicroBatches() throws Exception {
    String twice = times(2);
    String thrice = times(3);
    MicroBatchScoring.use(spark, place("model"), twice);
    arrive(0, 10);
    run(scoring());
    MicroBatchScoring.use(spark, place("model"), thrice);
    arrive(10, 20);
    run(scoring());

    Dataset<Row> scored = spark.read().parquet(place("scored"));
    assertThat(scored.where("x < 10 AND y = 2 * x").count()).isEqualTo(10);
    assertThat(scored.where("x >= 10 AND y = 3 * x").count()).isEqualTo(10);
    assertThat(MicroBatchScoring.modelOf(spark, place("model"), 0)).contains(twice);
    assertThat(MicroBatchScoring.modelOf(spark, place("model"), 1)).contains(thrice);
    assertThat(MicroBatchScoring.modelOf(spark, place("model"), 2)).isEmpty();
  }

  @Test
  void aMicroBatchThatIsRepeatedHasTheModelItHadFirst() throws Exception {
    MicroBatchScoring.use(spark, place("model"), times(2));
    Dataset<Row> rows = spark.range(5).selectExpr("cast(id AS float) AS x");
    scoring().call(rows, 7L);
    MicroBatchScoring.use(spark, place("model"), times(3));

    scoring().call(rows, 7L);
    scoring().call(rows, 8L);

    Dataset<Row> scored = spark.read().parquet(place("scored"));
    assertThat(scored.where("batch = 7 AND y = 2 * x").count()).isEqualTo(5);
    assertThat(scored.where("batch = 8 AND y = 3 * x").count()).isEqualTo(5);
  }

  @Test
  void aModelThatHasChangedEndsTheStream() throws Exception {
    String model = times(2);
    MicroBatchScoring.use(spark, place("model"), model);
    Dataset<Row> rows = spark.range(5).selectExpr("cast(id AS float) AS x");
    scoring().call(rows, 7L);
    Files.copy(
        Path.of(URI.create(times(3))),
        Path.of(URI.create(model)),
        StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> scoring().call(rows, 7L))
        .hasMessageContaining("is not what it was when these rows were scored first");
  }

  @Test
  void aModelIsNamedFirst() {
    assertThatThrownBy(() -> scoring().call(spark.range(1).selectExpr("1f AS x"), 0L))
        .hasMessageContaining("No model is in use for");
  }
}
