package io.kindling.examples.learning;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.lower;
import static org.apache.spark.sql.functions.regexp_extract_all;
import static org.apache.spark.sql.functions.regexp_replace;

import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Embedding;
import io.kindling.network.GlobalMaxPool;
import io.kindling.network.Input;
import io.kindling.network.Lookup;
import io.kindling.network.Lstm;
import io.kindling.network.Mask;
import io.kindling.network.Network;
import io.kindling.network.Node;
import io.kindling.network.PositionalEncoding;
import io.kindling.network.TransformerEncoder;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.Adapt;
import io.kindling.spark.stage.NeuralClassifier;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Tells spam from other short messages by their words: the UCI's <i>SMS Spam Collection</i>, four
 * fifths of it for training. Two networks read the same words.
 */
final class SortMessages implements LearningTask {

  /** 98 % of the messages are not longer. */
  private static final int LENGTH = 50;

  private static final int BATCH = 64;
  private static final double RATE = 2e-3;

  /** A network of as many words as a vocabulary has. */
  private interface Reader {
    Node read(Input words, int vocabulary);
  }

  private final String name;
  private final String network;
  private final int epochs;
  private final Reader reader;

  private SortMessages(String name, String network, int epochs, Reader reader) {
    this.name = name;
    this.network = network;
    this.epochs = epochs;
    this.reader = reader;
  }

  static SortMessages withLstm() {
    return new SortMessages(
        "sms-spam-lstm",
        "embedding 32, LSTM 32, dropout, 1",
        6,
        (words, vocabulary) -> {
          Node mask = Mask.of().on(words);
          Node embedded = Embedding.of(vocabulary, 32).on(words);
          return Lstm.of(32).on(embedded, mask);
        });
  }

  static SortMessages withTransformer() {
    return new SortMessages(
        "sms-spam-transformer",
        "embedding 32, positions, transformer encoder of 4 heads, pool, dropout, 1",
        6,
        (words, vocabulary) -> {
          Node mask = Mask.of().on(words);
          Node embedded = Embedding.of(vocabulary, 32).on(words);
          Node placed = PositionalEncoding.of().on(embedded);
          Node heard = TransformerEncoder.of(4, 8, 64).masked().withDropout(0.1).on(placed, mask);
          return GlobalMaxPool.of().on(heard, mask);
        });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String network() {
    return network;
  }

  @Override
  public String figure() {
    return "test accuracy";
  }

  @Override
  public Bar bar() {
    return Bar.atLeast(0.975);
  }

  @Override
  public int epochs() {
    return epochs;
  }

  @Override
  public Outcome learn(SparkSession spark, Path data, long seed, int epochs) {
    Dataset<Row> messages =
        spark
            .read()
            .option("sep", "\t")
            .option("quote", "") // quotes are part of the messages
            .schema("kind STRING, text STRING")
            .csv(data.resolve("sms-spam/SMSSpamCollection").toString())
            .selectExpr("CAST(kind = 'spam' AS INT) AS label", "text");
    Dataset<Row>[] parts = messages.randomSplit(new double[] {0.8, 0.2}, seed);
    Dataset<Row> train = parts[0].withColumn("words", words());
    Lookup vocabulary = Adapt.lookup(train, "words", Integer.MAX_VALUE, 2);

    Input words = Input.ofTexts("words", vocabulary, LENGTH);
    Node read = Dropout.of(0.3).on(reader.read(words, vocabulary.size()));
    NeuralClassifier classifier =
        new NeuralClassifier()
            .setNetwork(Network.functional(List.of(words), List.of(Dense.of(1).on(read))))
            .setOptimizer(
                Optimizers.adam(RATE)
                    .clippedByGlobalNorm(1)
                    .withLearningRate(
                        LearningRate.cosine(
                            RATE, LearningTask.steps(train.count(), BATCH, epochs))))
            .setEpochs(epochs)
            .setBatchSize(BATCH)
            .setSeed(seed)
            .setFeaturesCol("words");
    Dataset<Row> scored = classifier.fit(train).transform(parts[1].withColumn("words", words()));
    return Outcome.of(
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored));
  }

  /**
   * Runs of letters, runs of digits, and each other character that is no space. All digits are one,
   * so that what tells a telephone number is its length.
   */
  private static Column words() {
    Column text = regexp_replace(lower(col("text")), "[0-9]", "0");
    return regexp_extract_all(text, lit("[a-z']+|0+|[^a-z'0\\s]"), lit(0));
  }
}
