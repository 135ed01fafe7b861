package io.kindling.spark.predecessors;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.predict.LoadOptions;
import io.kindling.predict.Predictor;
import io.kindling.predict.PredictorOptions;
import io.kindling.predict.TensorValue;
import io.kindling.spark.Kindling;
import io.kindling.spark.local.LocalSession;
import io.kindling.spark.predict.Graphs;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.testing.NeedsShared;
import io.kindling.testing.SharedData;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;

/** What users of BigDL and Analytics Zoo scored with a function and a service, A20 and A21. */
class BigDlScoringTest {

  /** How often each of 256 classes of words stands in a message. */
  private static final String WORDS =
      "transform(sequence(0, 255), k -> cast(size(filter(split(lower(text), '[^a-z0-9]+'),"
          + " word -> pmod(hash(word), 256) = k)) AS float)) AS words";

  private final SparkSession spark = LocalSession.get();

  @TempDir private Path folder;

  /**
   * A20: a classifier of texts as a function of SQL, called over a table and over files as they
   * arrive, tells the same of the same text.
   */
  @Test
  @NeedsShared
  void aTextClassifierTellsTheSameOfATableAndOfAStream() throws Exception {
    Dataset<Row> messages =
        spark
            .read()
            .option("sep", "\t")
            .option("quote", "")
            .schema("kind STRING, text STRING")
            .csv(SharedData.path("sms-spam/SMSSpamCollection").toString())
            .limit(2000)
            .selectExpr("monotonically_increasing_id() AS id", "kind", "text", WORDS)
            .cache();
    String model = folder.resolve("model").toString();
    new NeuralClassifier()
        .setNetwork(Network.sequential(Input.of("words", 256), Dense.of(16).relu(), Dense.of(1)))
        .setFeaturesCol("words")
        .setOptimizer(Optimizers.adam(0.01))
        .setEpochs(3)
        .setBatchSize(64)
        .setNumWorkers(1)
        .setSeed(20)
        .fit(messages.selectExpr("words", "if(kind = 'spam', 1D, 0D) AS label"))
        .save(model);
    Kindling.registerFunction(spark, "spam", model);
    messages.createOrReplaceTempView("messages");
    String arriving = folder.resolve("arriving").toString();
    messages.select("id", "text").repartition(3).write().json(arriving);
    spark
        .readStream()
        .schema("id LONG, text STRING")
        .option("maxFilesPerTrigger", 1)
        .json(arriving)
        .selectExpr("id", WORDS)
        .createOrReplaceTempView("arriving");

    Dataset<Row> told =
        spark.sql("SELECT id, kind, if(spam(words)[0] > 0, 'spam', 'ham') AS told FROM messages");
    StreamingQuery query =
        spark
            .sql("SELECT id, if(spam(words)[0] > 0, 'spam', 'ham') AS told FROM arriving")
            .writeStream()
            .format("memory")
            .queryName("told_of_the_stream")
            .trigger(Trigger.AvailableNow())
            .start();
    assertThat(query.awaitTermination(120_000)).isTrue();

    long count = messages.count();
    assertThat(told.where("kind = told").count()).isGreaterThan(95 * count / 100);
    assertThat(
            told.join(spark.table("told_of_the_stream").withColumnRenamed("told", "again"), "id")
                .where("told = again")
                .count())
        .isEqualTo(count);
  }

  /**
   * A21: four calls at a time of one model, which needs no copies for that, and many callers: each
   * gets the answer that it would get alone. How many more there are per second depends on cores.
   */
  @Test
  void manyCallersGetWhatOneWouldGet() throws Exception {
    Path model =
        Path.of(
            URI.create(
                Graphs.begin()
                    .input("x", DataType.DT_FLOAT, -1, 64)
                    .node("tanh", "Tanh", "T", DataType.DT_FLOAT, "x")
                    .largest("z", DataType.DT_FLOAT, "tanh")
                    .write(folder)));
    PredictorOptions options = PredictorOptions.defaults().withConcurrency(4).withQueue(100);
    LoadOptions oneThread = LoadOptions.defaults().withThreads(1);
    ExecutorService callers = Executors.newFixedThreadPool(16);
    try (Predictor one = Predictor.load(model, oneThread, PredictorOptions.defaults());
        Predictor many = Predictor.load(model, oneThread, options)) {
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < 16; caller++) {
        int seed = caller;
        all.add(
            callers.submit(
                () -> {
                  for (int call = 0; call < 50; call++) {
                    Map<String, TensorValue> inputs = Map.of("x", rows(seed, call));
                    assertThat(many.predict(inputs)).isEqualTo(one.predict(inputs));
                  }
                }));
      }
      for (Future<?> each : all) {
        each.get(60, TimeUnit.SECONDS);
      }
      assertThat(many.metrics().calls()).isEqualTo(16 * 50);
      assertThat(many.metrics().failed() + many.metrics().refused()).isZero();
    } finally {
      callers.shutdownNow();
    }
  }

  private static TensorValue rows(int seed, int count) {
    float[] values = new float[64 * (count + 1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i * (seed + 1.0));
    }
    return TensorValue.ofFloats(values, count + 1, 64);
  }
}
