package io.kindling.examples.learning;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.split;

import io.kindling.network.Conv1d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Embedding;
import io.kindling.network.GlobalMaxPool;
import io.kindling.network.Input;
import io.kindling.network.Lookup;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.Adapt;
import io.kindling.spark.stage.NeuralClassifier;
import java.nio.file.Path;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.CountVectorizer;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Tells from one Chinese utterance, by its characters, whether the talk is about films, music or
 * travels: KdConv, Zhou et al., 2020. Many utterances, such as a thank-you, do not say; the sum of
 * the logits over a whole dialogue does. Beside it stands a logistic regression that counts the
 * same characters.
 */
final class TellTopics implements LearningTask {

  /** 97 % of the utterances are not longer. */
  private static final int LENGTH = 50;

  private static final int BATCH = 64;

  @Override
  public String name() {
    return "kdconv-zh";
  }

  @Override
  public String network() {
    return "embedding 64 of characters, dropout, conv 3x128, pool, dropout, 3";
  }

  @Override
  public String figure() {
    return "test accuracy of single utterances";
  }

  @Override
  public Bar bar() {
    return Bar.atLeast(0.88);
  }

  @Override
  public int epochs() {
    return 6;
  }

  @Override
  public Outcome learn(SparkSession spark, Path data, long seed, int epochs) {
    Dataset<Row> train = utterances(spark, data, "train");
    Dataset<Row> test = utterances(spark, data, "test");
    Transformer topics = new StringIndexer().setInputCol("label").setOutputCol("topic").fit(train);
    Lookup vocabulary = Adapt.lookup(train, "characters", Integer.MAX_VALUE, 2);
    Network network =
        Network.sequential(
            Input.ofTexts("characters", vocabulary, LENGTH),
            Embedding.of(vocabulary.size(), 64),
            Dropout.of(0.3),
            Conv1d.of(128, 3).samePadding().relu(),
            GlobalMaxPool.of(),
            Dropout.of(0.5),
            Dense.of(3));
    NeuralClassifier classifier =
        new NeuralClassifier()
            .setNetwork(network)
            .setOptimizer(Optimizers.adam(1e-3))
            .setEpochs(epochs)
            .setBatchSize(BATCH)
            .setSeed(seed)
            .setFeaturesCol("characters")
            .setLabelCol("topic");
    Dataset<Row> scored = classifier.fit(topics.transform(train)).transform(topics.transform(test));
    return Outcome.of(accuracy(scored))
        .beside("of whole dialogues", accuracyOfDialogues(scored))
        .beside(
            "of logistic regression",
            accuracy(
                countingCharacters()
                    .fit(topics.transform(train))
                    .transform(topics.transform(test))));
  }

  /** Columns {@code label}, {@code dialog} and {@code characters}. */
  private static Dataset<Row> utterances(SparkSession spark, Path data, String part) {
    return spark
        .read()
        .option("sep", "\t")
        .option("header", "true")
        .option("quote", "") // quotes are part of the texts
        .csv(data.resolve("kdconv-zh/" + part + ".tsv").toString())
        .select(col("label"), col("dialog"), split(col("text"), "").as("characters"));
  }

  private static Pipeline countingCharacters() {
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new CountVectorizer().setMinDF(2).setInputCol("characters").setOutputCol("counts"),
              new LogisticRegression()
                  .setFeaturesCol("counts")
                  .setLabelCol("topic")
                  .setRegParam(0.01)
            });
  }

  private static double accuracy(Dataset<Row> scored) {
    return new MulticlassClassificationEvaluator()
        .setLabelCol("topic")
        .setMetricName("accuracy")
        .evaluate(scored);
  }

  private static double accuracyOfDialogues(Dataset<Row> scored) {
    Dataset<Row> dialogues =
        scored
            .groupBy("label", "dialog", "topic")
            .agg(Summarizer.sum(col("rawPrediction")).as("logits"))
            .withColumn("logits", vector_to_array(col("logits"), "float64"));
    return accuracy(
        dialogues.selectExpr(
            "topic",
            "CAST(array_position(logits, array_max(logits)) - 1 AS DOUBLE) AS prediction"));
  }
}
