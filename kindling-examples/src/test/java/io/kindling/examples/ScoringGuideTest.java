package io.kindling.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kindling.examples.serving.PredictionService;
import io.kindling.examples.stream.KafkaAndTable;
import io.kindling.examples.stream.KafkaBroker;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.Predictor;
import io.kindling.predict.PredictorOptions;
import io.kindling.predict.TensorValue;
import io.kindling.spark.Kindling;
import io.kindling.spark.input.BadRowPolicy;
import io.kindling.spark.stage.MicroBatchScoring;
import io.kindling.spark.stage.ModelTransformer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Runs {@code docs/scoring.md} from top to bottom, and writes it or checks that it is up to date.
 */
class ScoringGuideTest {

  @TempDir private Path temporary;

  @Test
  void showsWhatRuns() throws IOException {
    RunDocument.of(ScoringGuideTest.class, "scoring.md").check();
  }

  @Test
  void scoresWithAModelMadeElsewhere() throws Exception {
    try (SparkSession spark = SparkSession.builder().master("local[2]").getOrCreate()) {
      scores(spark);
    }
  }

  private void scores(SparkSession spark) throws Exception {
    String path = softmax().toUri().toString();
    String folder = temporary.toString();
    Dataset<Row> table =
        spark
            .range(0, 100, 1, 2)
            .selectExpr("id", "array(id / 10.0D, 1.0D, if(id = 7, null, 2.0D)) AS measured");

    // snippet: stage
    ModelTransformer transformer =
        new ModelTransformer()
            .setModel(path)
            .setInput("measured", "logits")
            .setOutput("probabilities", "scores")
            .setCast("measured");
    System.out.println(transformer.describe());

    Dataset<Row> scored = transformer.transform(table.where("id <> 7"));
    // end
    assertThat(scored.where("abs(aggregate(scores, 0D, (a, b) -> a + b) - 1) < 1e-5").count())
        .isEqualTo(99);

    // snippet: bad
    Dataset<Row> marked =
        transformer.setBadRowPolicy(BadRowPolicy.MARK).setReasonCol("why").transform(table);
    marked.where("why IS NOT NULL").show(false);
    // end
    assertThat(marked.where("why IS NOT NULL").select("id").first().getLong(0)).isEqualTo(7);

    // snippet: sql
    Kindling.registerFunction(spark, "probabilities", path);
    table.where("id <> 7").createOrReplaceTempView("measurements");
    Dataset<Row> certain =
        spark.sql("SELECT id FROM measurements WHERE array_max(probabilities(measured)) > 0.9");
    // end
    assertThat(certain.count()).isBetween(10L, 90L);

    table.where("id <> 7").write().parquet(folder + "/arriving");
    // snippet: stream
    StreamingQuery query =
        spark
            .readStream()
            .schema(table.schema())
            .parquet(folder + "/arriving")
            .transform(transformer::transform)
            .writeStream()
            .format("parquet")
            .option("path", folder + "/scored")
            .option("checkpointLocation", folder + "/checkpoint")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    // end
    assertThat(spark.read().parquet(folder + "/scored").where("size(scores) = 3").count())
        .isEqualTo(99);

    try (KafkaBroker kafka = KafkaBroker.start(temporary.resolve("kafka"))) {
      scoresFromKafka(spark, kafka, transformer);
    }
  }

  private void scoresFromKafka(SparkSession spark, KafkaBroker kafka, ModelTransformer transformer)
      throws Exception {
    String folder = temporary.toString();
    String servers = kafka.servers();
    String model1 = transformer.getModel();
    String model2 = softmax().toUri().toString();
    kafka.create("measurements", 1);
    kafka.createCompacted("scores", 1);
    kafka.create("answers", 1);
    try (KafkaProducer<String, String> producer = kafka.producer()) {
      for (int i = 0; i < 100; i++) {
        KafkaBroker.send(producer, List.of(measurement("row " + i, i)));
      }
    }

    // snippet: kafka
    Dataset<Row> arriving =
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", servers)
            .option("subscribe", "measurements")
            .option("startingOffsets", "earliest")
            .load()
            .selectExpr(
                "CAST(key AS STRING) AS key",
                "from_json(CAST(value AS STRING), 'measured ARRAY<DOUBLE>').measured AS measured");

    String inUse = folder + "/in-use";
    MicroBatchScoring.use(spark, inUse, model1);
    StreamingQuery exactlyOnce =
        arriving
            .writeStream()
            .foreachBatch(
                MicroBatchScoring.of(
                    transformer,
                    inUse,
                    new KafkaAndTable(servers, "scores", folder + "/table", inUse)))
            .option("checkpointLocation", folder + "/exactly-once")
            .trigger(Trigger.ProcessingTime("1 second"))
            .start();
    // end
    exactlyOnce.processAllAvailable();
    // snippet: swap
    MicroBatchScoring.use(spark, inUse, model2); // from the next micro-batch on
    // end
    try (KafkaProducer<String, String> producer = kafka.producer()) {
      KafkaBroker.send(producer, List.of(measurement("last", 1)));
    }
    exactlyOnce.processAllAvailable();
    exactlyOnce.stop();
    Dataset<Row> table = spark.read().parquet(folder + "/table");
    assertThat(table.where(table.col("model").equalTo(model1)).count()).isEqualTo(100);
    assertThat(table.where(table.col("model").equalTo(model2)).select("key").first())
        .isEqualTo(RowFactory.create("last"));

    // snippet: latest
    Dataset<Row> scores =
        spark
            .read()
            .format("kafka")
            .option("kafka.bootstrap.servers", servers)
            .option("subscribe", "scores")
            .load()
            .selectExpr(
                "CAST(key AS STRING) AS key",
                "from_json(CAST(value AS STRING), 'scores ARRAY<FLOAT>, batch BIGINT') AS value")
            .groupBy("key")
            .agg(functions.expr("max_by(value.scores, value.batch)").as("scores"));
    // end
    assertThat(scores.where("size(scores) = 3").count()).isEqualTo(101);

    // snippet: realtime
    StreamingQuery realTime =
        transformer
            .transform(arriving)
            .selectExpr("key", "to_json(scores) AS value")
            .writeStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", servers)
            .option("topic", "answers")
            .option("checkpointLocation", folder + "/real-time")
            .outputMode("update")
            .trigger(Trigger.RealTime("5 minutes"))
            .start();
    // end
    Dataset<Row> answers =
        spark
            .read()
            .format("kafka")
            .option("kafka.bootstrap.servers", servers)
            .option("subscribe", "answers")
            .load();
    await().atMost(Duration.ofMinutes(2)).until(() -> answers.count() == 101);
    realTime.stop();
  }

  private static ProducerRecord<String, String> measurement(String key, int first) {
    return new ProducerRecord<>("measurements", key, "{\"measured\": [%d, 1, 2]}".formatted(first));
  }

  @Test
  void servesWithAModelMadeElsewhere() throws Exception {
    Path path = softmax();
    // snippet: plain
    PredictorOptions options =
        PredictorOptions.defaults().withMicroBatching(16, Duration.ofMillis(1));
    try (Predictor predictor = Predictor.load(path, LoadOptions.defaults(), options)) {
      TensorValue logits = TensorValue.ofFloats(new float[] {1, 2, 3}, 1, 3);
      Map<String, TensorValue> outputs = predictor.predict(Map.of("logits", logits));
      System.out.println(Arrays.toString(outputs.get("probabilities").floats()));
    }
    // end
    int port = 0;
    // snippet: service
    PredictionService service =
        PredictionService.start(
            Predictor.load(path), new InetSocketAddress(port), PredictionService.Limits.defaults());
    Runtime.getRuntime().addShutdownHook(new Thread(service::close, "prediction-service-stop"));
    // end
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + "/predict"))
            .POST(HttpRequest.BodyPublishers.ofString("{\"inputs\": {\"logits\": [[1, 2, 3]]}}"))
            .build();
    assertThat(
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body())
        .startsWith("{\"outputs\":{\"probabilities\":[[0.0900305");
    service.close();
  }

  private Path softmax() throws IOException {
    AttrValue floats = AttrValue.newBuilder().setType(DataType.DT_FLOAT).build();
    GraphDef graph =
        GraphDef.newBuilder()
            .addNode(
                NodeDef.newBuilder()
                    .setName("logits")
                    .setOp("Placeholder")
                    .putAttr("dtype", floats)
                    .putAttr(
                        "shape",
                        AttrValue.newBuilder()
                            .setShape(
                                TensorShapeProto.newBuilder()
                                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(-1))
                                    .addDim(TensorShapeProto.Dim.newBuilder().setSize(3)))
                            .build()))
            .addNode(
                NodeDef.newBuilder()
                    .setName("probabilities")
                    .setOp("Softmax")
                    .addInput("logits")
                    .putAttr("T", floats))
            .build();
    Path file = Files.createTempFile(temporary, "model", ".pb");
    Files.write(file, graph.toByteArray());
    return file;
  }
}
