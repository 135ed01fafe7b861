package io.kindling.spark.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kindling.spark.Kindling;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.predict.Graphs;
import io.kindling.spark.stage.ModelTransformer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.LowLatencyMemoryStream;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.util.SystemClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.DataType;
import scala.jdk.javaapi.CollectionConverters;

/** A row that arrives is scored, though no other one does. */
class ArrivingRowsTest {

  private static final Queue<Float> SCORED = new ConcurrentLinkedQueue<>();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final SparkSession SPARK = LocalSession.get();

  @TempDir private static Path folder;

  /** Where the tasks, which run in this JVM, leave what they have scored. */
  private static final class Collected extends ForeachWriter<Row> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean open(long partition, long epoch) {
      return true;
    }

    @Override
    public void process(Row row) {
      Number scored = row.getAs("y");
      SCORED.add(scored.floatValue());
    }

    @Override
    public void close(Throwable error) {}
  }

  @BeforeEach
  void forget() {
    SCORED.clear();
  }

  private static String twice() {
    return Graphs.begin()
        .input("x", DataType.DT_FLOAT, -1)
        .node("y", "Add", "T", DataType.DT_FLOAT, "x", "x")
        .write(folder);
  }

  static Stream<Arguments> ways() {
    UnaryOperator<Dataset<Row>> stage = new ModelTransformer().setModel(twice())::transform;
    UnaryOperator<Dataset<Row>> function =
        rows -> {
          Kindling.registerFunction(SPARK, "twice_at_once", twice());
          return rows.selectExpr("x", "twice_at_once(x) AS y");
        };
    UnaryOperator<Dataset<Row>> trained =
        rows ->
            new ScaledModel(1, 1, 2)
                .scorer(
                    "arriving",
                    rows.selectExpr("array(x) AS features").schema(),
                    OutputColumn.of("y", 0, Derived.scalar()))
                .transform(rows.selectExpr("array(x) AS features"));
    return Stream.of(
        Arguments.of("a model made elsewhere", stage),
        Arguments.of("a function", function),
        Arguments.of("a trained model", trained));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ways")
  void inRealTimeMode(String name, UnaryOperator<Dataset<Row>> way) throws Exception {
    LowLatencyMemoryStream<Float> source =
        new LowLatencyMemoryStream<>(0, SPARK, 1, new SystemClock(), Encoders.FLOAT());
    StreamingQuery query =
        way.apply(source.toDF().toDF("x"))
            .writeStream()
            .foreach(new Collected())
            .outputMode("update")
            .trigger(Trigger.RealTime("10 minutes"))
            .start();
    try {
      add(source, 21);
      awaitRow(query, 42);
      add(source, 4);
      awaitRow(query, 8);
    } finally {
      query.stop();
    }
    assertThat(SCORED).as(name).containsExactly(42f, 8f);
  }

  private static void add(LowLatencyMemoryStream<Float> source, float value) {
    source.addData(CollectionConverters.asScala(List.of(value)));
  }

  private static void awaitRow(StreamingQuery query, float value) {
    await()
        .atMost(LIMIT)
        .failFast(() -> query.exception().isDefined())
        .until(() -> SCORED.contains(value));
  }

  @Test
  void inContinuousProcessing() throws Exception {
    Dataset<Row> rows =
        SPARK
            .readStream()
            .format("rate")
            .option("rowsPerSecond", 1)
            .option("numPartitions", 1)
            .load()
            .selectExpr("CAST(value AS FLOAT) AS x");
    StreamingQuery query =
        new ModelTransformer()
            .setModel(twice())
            .transform(rows)
            .writeStream()
            .foreach(new Collected())
            .trigger(Trigger.Continuous("1 second"))
            .start();
    try {
      awaitRow(query, 4); // of the third second; a block would be full behind the 256th
    } finally {
      query.stop();
    }
  }
}
