package io.kindling.examples.learning;

import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.network.Rescaling;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralClassifier;
import java.nio.file.Path;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads digits of 8 × 8 pixels: a vector column becomes a picture where it enters the network. */
final class ClassifyDigits implements LearningTask {

  private static final int BATCH = 64;
  private static final double RATE = 2e-3;

  @Override
  public String name() {
    return "optdigits";
  }

  @Override
  public String network() {
    return "conv 3x3x32, conv 3x3x64, pool, dense 128, dropout, 10";
  }

  @Override
  public String figure() {
    return "test accuracy";
  }

  @Override
  public Bar bar() {
    return Bar.atLeast(0.97);
  }

  @Override
  public int epochs() {
    return 20;
  }

  @Override
  public Outcome learn(SparkSession spark, Path data, long seed, int epochs) {
    Dataset<Row> train = Optdigits.read(spark, data, "train");
    Dataset<Row> test = Optdigits.read(spark, data, "test");
    Network network =
        Network.sequential(
            Input.of("pixels", 8, 8, 1),
            Rescaling.of(1 / Optdigits.MOST_INK),
            Conv2d.of(32, 3).samePadding().relu(),
            Conv2d.of(64, 3).samePadding().relu(),
            MaxPool2d.of(2),
            Flatten.of(),
            Dense.of(128).relu(),
            Dropout.of(0.5),
            Dense.of(10));
    NeuralClassifier classifier =
        new NeuralClassifier()
            .setNetwork(network)
            .setOptimizer(
                Optimizers.adam(RATE)
                    .withLearningRate(
                        LearningRate.cosine(
                            RATE, LearningTask.steps(train.count(), BATCH, epochs))))
            .setEpochs(epochs)
            .setBatchSize(BATCH)
            .setSeed(seed)
            .setFeaturesCol("pixels");
    Dataset<Row> scored = classifier.fit(train).transform(test);
    return Outcome.of(
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored));
  }
}
