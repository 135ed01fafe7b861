package io.kindling.examples.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kindling.spark.Kindling;
import io.kindling.spark.stage.ModelTransformer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows from Kafka, scored, to Kafka, by every trigger that Spark has: one network and one query,
 * with a stage and with a function of SQL.
 */
class StreamTriggersIT {

  private static final int ROWS = 300; // more than a block
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static final AtomicInteger TOPICS = new AtomicInteger();

  @TempDir private static Path folder;

  private static SparkSession spark;
  private static KafkaBroker kafka;
  private static String model;

  private final int number = TOPICS.incrementAndGet();
  private final String input = "rows-" + number;
  private final String output = "scores-" + number;

  @BeforeAll
  static void start() throws Exception {
    spark =
        SparkSession.builder()
            .master("local[8]") // a task that waits for Kafka is not always interrupted
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();
    kafka = KafkaBroker.start(folder.resolve("kafka"));
    model = WholeNumbers.write(folder.resolve("model"), 1);
    Kindling.registerFunction(spark, "scores_of", model);
  }

  @AfterAll
  static void stop() {
    spark.stop();
    kafka.close();
  }

  /** Each with how many rows are sent one by one while it goes on. */
  @SuppressWarnings("deprecation") // Spark has Once still
  static Stream<Arguments> triggers() {
    return Stream.of(
        Arguments.of("Once", Trigger.Once(), 0),
        Arguments.of("AvailableNow", Trigger.AvailableNow(), 0),
        Arguments.of("ProcessingTime", Trigger.ProcessingTime(0), 5),
        Arguments.of("Continuous", Trigger.Continuous("1 second"), 5),
        // Longer than the test may take: rows come out while the micro-batch goes on.
        Arguments.of("RealTime", Trigger.RealTime("10 minutes"), 200));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("triggers")
  void scoresWithAStage(String name, Trigger trigger, int singleRows) throws Exception {
    Dataset<Row> scored = new ModelTransformer().setModel(model).transform(arriving());
    scores(name + ", stage", scored, trigger, singleRows);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("triggers")
  void scoresWithAFunction(String name, Trigger trigger, int singleRows) throws Exception {
    scores(
        name + ", function",
        arriving().selectExpr("*", "scores_of(features) AS scores"),
        trigger,
        singleRows);
  }

  private Dataset<Row> arriving() {
    return spark
        .readStream()
        .format("kafka")
        .option("kafka.bootstrap.servers", kafka.servers())
        .option("subscribe", input)
        .option("startingOffsets", "earliest")
        .load()
        .selectExpr(
            "key",
            "timestamp",
            "from_json(CAST(value AS STRING), 'features ARRAY<FLOAT>').features AS features");
  }

  private void scores(String name, Dataset<Row> scored, Trigger trigger, int singleRows)
      throws Exception {
    kafka.create(input, 1);
    kafka.create(output, 1);
    try (KafkaProducer<String, String> producer = kafka.producer()) {
      KafkaBroker.send(producer, NumberedRows.records(input, 0, ROWS));
      StreamingQuery query =
          scored
              .selectExpr("key", "concat_ws(' ', unix_millis(timestamp), to_json(scores)) AS value")
              .writeStream()
              .format("kafka")
              .option("kafka.bootstrap.servers", kafka.servers())
              .option("topic", output)
              .option("checkpointLocation", folder.resolve(output).toString())
              .outputMode("update")
              .trigger(trigger)
              .start();
      try (KafkaConsumer<String, String> consumer = consumer()) {
        Map<String, String> scores = new HashMap<>();
        awaitScores(consumer, query, scores, ROWS);
        if (singleRows > 0) {
          double[] millis = new double[singleRows];
          for (int i = 0; i < singleRows; i++) {
            KafkaBroker.send(producer, NumberedRows.records(input, ROWS + i, 1));
            millis[i] = awaitScores(consumer, query, scores, ROWS + i + 1);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
          }
          Arrays.sort(millis);
          System.out.printf(
              "%s: a row alone takes %.0f ms from Kafka to Kafka, %.0f at most of 99 in 100%n",
              name, millis[singleRows / 2], millis[singleRows * 99 / 100]);
        } else {
          assertThat(query.awaitTermination(LIMIT.toMillis())).isTrue();
        }
        assertThat(scores).isEqualTo(expected(scores.size()));
      } finally {
        query.stop();
      }
    }
  }

  private KafkaConsumer<String, String> consumer() {
    KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.servers(), "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer());
    consumer.assign(List.of(new TopicPartition(output, 0)));
    return consumer;
  }

  /** Waits for so many; how long the last one took from topic to topic, in milliseconds. */
  private static long awaitScores(
      KafkaConsumer<String, String> consumer,
      StreamingQuery query,
      Map<String, String> scores,
      int count) {
    long[] last = new long[1];
    await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(LIMIT)
        .until(
            () -> {
              assertThat(query.exception().isEmpty()).as("%s", query.exception()).isTrue();
              for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(50))) {
                String[] parts = each.value().split(" ", 2);
                last[0] = each.timestamp() - Long.parseLong(parts[0]);
                scores.put(each.key(), parts[1]);
              }
              return scores.size() == count;
            });
    return last[0];
  }

  /** The same rows, scored as a table. */
  private static Map<String, String> expected(int rows) {
    Map<String, String> expected = new HashMap<>();
    new ModelTransformer()
        .setModel(model)
        .transform(spark.range(rows).selectExpr("id", NumberedRows.features("id") + " AS features"))
        .selectExpr("CAST(id AS STRING)", "to_json(scores)")
        .collectAsList()
        .forEach(row -> expected.put(row.getString(0), row.getString(1)));
    return expected;
  }
}
