package io.kindling.examples.predecessors;

import io.kindling.loss.Loss;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Initializer;
import io.kindling.network.Input;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralEstimator;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.Strategy;

/**
 * The four models of TensorSpark. Its workers take five gradients at the same parameters, send
 * their mean to the driver and take parameters from there; what is older than a time is thrown
 * away.
 *
 * <p>Rows have a column {@code x} of numbers and a target. TensorSpark sums the loss over a batch
 * where Kindling takes the mean, so that its learning rates are those for a sum.
 */
public final class TensorSparkModels {

  private static final int INTERVAL = 5;

  private TensorSparkModels() {}

  /** Digits of 28 × 28 pixels in 784 numbers; 1,863,690 parameters. */
  public static NeuralEstimator mnistDnn(int workers) {
    Network network =
        Network.sequential(
            Input.of("x", 784), wide(1024, 0.1), wide(1024, 0.1), Dropout.of(0.5), Dense.of(10));
    return digits(network, workers);
  }

  /** The same digits, in pictures; 3,274,634 parameters. */
  public static NeuralEstimator mnistCnn(int workers) {
    Network network =
        Network.sequential(
            Input.of("x", 28, 28, 1),
            Conv2d.of(32, 5).samePadding().relu(),
            MaxPool2d.of(2),
            Conv2d.of(64, 5).samePadding().relu(),
            MaxPool2d.of(2),
            Flatten.of(),
            wide(1024, 0.1),
            Dropout.of(0.5),
            Dense.of(10));
    return digits(network, workers);
  }

  private static NeuralEstimator digits(Network network, int workers) {
    return new NeuralEstimator()
        .setNetwork(network)
        .setLoss(Loss.sparseCategoricalCrossEntropy())
        .setOptimizer(Optimizers.adam(1e-4))
        .setStrategy(strategy(100))
        .setBatchSize(50 * workers)
        .setEpochs(5)
        .setNumWorkers(workers);
  }

  /**
   * Collisions of particles in 28 numbers, and whether a boson came of them; 8,454,145 parameters.
   */
  public static NeuralEstimator higgs(int workers) {
    return numbers(28, 1)
        .setOptimizer(Optimizers.momentum(1e-7, 0.9995))
        .setStrategy(strategy(20))
        .setBatchSize(128 * workers)
        .setEpochs(1)
        .setNumWorkers(workers);
  }

  /** Molecules in 2,871 numbers, and 15 of their activities; 14,305,295 parameters. */
  public static NeuralEstimator molecular(int workers) {
    return numbers(2871, 15)
        .setOptimizer(Optimizers.rmsprop(1e-4, 0.9))
        .setStrategy(strategy(130))
        .setBatchSize(64 * workers)
        .setEpochs(3)
        .setNumWorkers(workers);
  }

  /** Three wide layers from numbers to numbers. */
  private static NeuralEstimator numbers(int inputs, int outputs) {
    return new NeuralEstimator()
        .setNetwork(
            Network.sequential(
                Input.of("x", inputs),
                wide(2048, 0.01),
                wide(2048, 0.01),
                wide(2048, 0.01),
                Dropout.of(0.5),
                Dense.of(outputs)))
        .setLoss(Loss.meanSquaredError());
  }

  private static Dense wide(int units, double deviation) {
    return Dense.of(units).relu().withKernelInitializer(Initializer.truncatedNormal(deviation));
  }

  private static Strategy strategy(double maxAgeSeconds) {
    return Served.of(Exchange.GRADIENTS, INTERVAL).withMaxAge(maxAgeSeconds);
  }
}
