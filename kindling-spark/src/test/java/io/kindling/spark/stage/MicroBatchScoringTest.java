package io.kindling.spark.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.spark.local.LocalSession;
import io.kindling.spark.predict.Graphs;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
    run(scoring, "checkpoint");
  }

  private void run(MicroBatchScoring scoring, String checkpoint) throws Exception {
    StreamingQuery query =
        spark
            .readStream()
            .schema("x FLOAT")
            .parquet(place("input"))
            .writeStream()
            .foreachBatch(scoring)
            .option("checkpointLocation", place(checkpoint))
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(60_000)).isTrue();
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

  @Test
  void aQueryThatBeginsAnewTakesNoModelOver() throws Exception {
    MicroBatchScoring.use(spark, place("model"), times(2));
    arrive(0, 10);
    run(scoring());
    arrive(10, 20);
    run(scoring());
    String thrice = times(3);
    MicroBatchScoring.use(spark, place("model"), thrice);

    run(scoring(), "another checkpoint");

    assertThat(MicroBatchScoring.modelOf(spark, place("model"), 0)).contains(thrice);
    assertThat(MicroBatchScoring.modelOf(spark, place("model"), 1))
        .as("of the query before")
        .isEmpty();
    assertThat(spark.read().parquet(place("scored")).where("batch = 0 AND y = 3 * x").count())
        .isEqualTo(20);
  }

  @Test
  void remembersTheNewestHundred() throws Exception {
    MicroBatchScoring.use(spark, place("model"), times(2));
    Dataset<Row> rows = spark.range(5).selectExpr("cast(id AS float) AS x");
    MicroBatchScoring scoring =
        MicroBatchScoring.of(new ModelTransformer(), place("model"), (scored, id) -> {});

    scoring.call(rows, 5L);
    scoring.call(rows, 104L);
    assertThat(MicroBatchScoring.modelOf(spark, place("model"), 5)).isPresent();
    scoring.call(rows, 105L);

    assertThat(MicroBatchScoring.modelOf(spark, place("model"), 5)).isEmpty();
    assertThat(MicroBatchScoring.modelOf(spark, place("model"), 104)).isPresent();
    assertThat(MicroBatchScoring.modelOf(spark, place("model"), 105)).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void looksAgainWhileTheModelInUseIsReplaced(Absence absence) throws Exception {
    spark.sparkContext().hadoopConfiguration().set("fs.swapped.impl", Swapped.class.getName());
    String swapped = "swapped://" + place("model");
    String twice = times(2);
    MicroBatchScoring.use(spark, swapped, twice);
    Swapped.ONCE.set(absence);

    MicroBatchScoring.of(new ModelTransformer(), swapped, (scored, id) -> {})
        .call(spark.range(5).selectExpr("cast(id AS float) AS x"), 0L);

    assertThat(Swapped.ONCE).hasNullValue();
    assertThat(MicroBatchScoring.modelOf(spark, swapped, 0)).contains(twice);
  }

  /** When a file turns out to be away. */
  enum Absence {
    LOOKED_FOR,
    OPENED
  }

  /** This machine's files, among which the name of the model in use is away for a moment. */
  public static final class Swapped extends RawLocalFileSystem {

    static final AtomicReference<Absence> ONCE = new AtomicReference<>();

    @Override
    public URI getUri() {
      return URI.create("swapped:///");
    }

    @Override
    public String getScheme() {
      return "swapped";
    }

    @Override
    public FileStatus getFileStatus(org.apache.hadoop.fs.Path path) throws IOException {
      failOnce(path, Absence.LOOKED_FOR);
      return super.getFileStatus(path);
    }

    @Override
    public FSDataInputStream open(org.apache.hadoop.fs.Path path, int bufferSize)
        throws IOException {
      failOnce(path, Absence.OPENED);
      return super.open(path, bufferSize);
    }

    private static void failOnce(org.apache.hadoop.fs.Path path, Absence absence)
        throws IOException {
      if (path.getName().equals("in-use") && ONCE.compareAndSet(absence, null)) {
        throw new FileNotFoundException(path.toString());
      }
    }
  }
}
