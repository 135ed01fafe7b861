package io.kindling.examples.learning;

import io.kindling.network.Activate;
import io.kindling.network.Activation;
import io.kindling.network.BatchNorm;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.network.Rescaling;
import io.kindling.optimizer.OneCycle;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralClassifier;
import java.nio.file.Path;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Tells ten kinds of clothes apart, with batch norm behind each convolution: a step of 256 rows
 * takes its statistics over ghost batches of 32, one per shard.
 */
final class ClassifyFashion implements LearningTask {

  private static final int BATCH = 256;
  private static final double HIGHEST_RATE = 4e-3;

  @Override
  public String name() {
    return "fashion-mnist";
  }

  @Override
  public String network() {
    return "conv 3x3x32, batch norm, pool, conv 3x3x64, batch norm, pool, dense 128, dropout, 10";
  }

  @Override
  public String figure() {
    return "test accuracy";
  }

  @Override
  public Bar bar() {
    return Bar.atLeast(0.915);
  }

  @Override
  public int epochs() {
    return 10;
  }

  @Override
  public Outcome learn(SparkSession spark, Path data, long seed, int epochs) {
    Dataset<Row> train = FashionPictures.read(spark, data, "train");
    Dataset<Row> test = FashionPictures.read(spark, data, "t10k");
    Network network =
        Network.sequential(
            Input.of("pixels", FashionPictures.SIDE, FashionPictures.SIDE, 1),
            Rescaling.of(1 / 255.0),
            Conv2d.of(32, 3).samePadding().withoutBias(), // batch norm has one
            BatchNorm.of(),
            MaxPool2d.of(2), // before ReLU, which is the same and has a quarter to do
            Activate.of(Activation.RELU),
            Conv2d.of(64, 3).samePadding().withoutBias(),
            BatchNorm.of(),
            MaxPool2d.of(2),
            Activate.of(Activation.RELU),
            Flatten.of(),
            Dense.of(128).relu(),
            Dropout.of(0.4),
            Dense.of(10));
    NeuralClassifier classifier =
        new NeuralClassifier()
            .setNetwork(network)
            .setOptimizer(
                Optimizers.adam(HIGHEST_RATE)
                    .withLearningRate(
                        OneCycle.of(
                            HIGHEST_RATE, LearningTask.steps(train.count(), BATCH, epochs))))
            .setEpochs(epochs)
            .setBatchSize(BATCH)
            .setSeed(seed)
            .setFeaturesCol("pixels");
    Dataset<Row> scored = classifier.fit(train).transform(test);
    return Outcome.of(
        new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(scored));
  }
}
