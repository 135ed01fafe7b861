package io.kindling.examples.predecessors;

import io.kindling.loss.Loss;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Flatten;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.stage.NeuralEstimator;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.Strategy;

/**
 * The three examples of SparkFlow, whose workers send every gradient to the driver and do not wait
 * for each other: Hogwild. Rows have a column {@code features} of 784 pixels, and {@code label}.
 */
public final class SparkFlowExamples {

  private static final Strategy HOGWILD = Served.of(Exchange.GRADIENTS, 1).lockFree();
  private static final int BATCH_OF_A_WORKER = 300;

  private SparkFlowExamples() {}

  /** 784-256-256-10; 269,322 parameters. */
  public static NeuralClassifier dnn(int workers) {
    return classifier(
        Network.sequential(
            Input.of("features", 784), Dense.of(256).relu(), Dense.of(256).relu(), Dense.of(10)),
        1e-3,
        workers);
  }

  /** Two convolutions; 35,338 parameters. */
  public static NeuralClassifier cnn(int workers) {
    return classifier(
        Network.sequential(
            Input.of("features", 28, 28, 1),
            Conv2d.of(32, 5).relu(),
            MaxPool2d.of(2),
            Conv2d.of(64, 3).relu(),
            MaxPool2d.of(2),
            Flatten.of(),
            Dense.of(10)),
        1e-4,
        workers);
  }

  private static NeuralClassifier classifier(Network network, double rate, int workers) {
    return new NeuralClassifier()
        .setNetwork(network)
        .setOptimizer(Optimizers.adam(rate))
        .setStrategy(HOGWILD)
        .setBatchSize(BATCH_OF_A_WORKER * workers)
        .setNumWorkers(workers);
  }

  /**
   * 784-256-128-256-784, whose target is its input; 468,368 parameters. Pixels of a row are divided
   * by their sum before.
   */
  public static NeuralEstimator autoencoder(int workers) {
    return new NeuralEstimator()
        .setNetwork(
            Network.sequential(
                Input.of("features", 784),
                Dense.of(256).relu(),
                Dense.of(128).sigmoid().named("code"),
                Dense.of(256).relu(),
                Dense.of(784).sigmoid().named("again")))
        .setLoss(Loss.meanSquaredError())
        .setLabelCols("features")
        .setOptimizer(Optimizers.adam(1e-3))
        .setStrategy(HOGWILD)
        .setBatchSize(256 * workers)
        .setEpochs(10)
        .setNumWorkers(workers);
  }
}
