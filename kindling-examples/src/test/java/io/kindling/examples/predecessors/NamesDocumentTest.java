package io.kindling.examples.predecessors;

import static org.assertj.core.api.Assertions.assertThat;

import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Dense;
import io.kindling.network.Input;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.stage.NeuralEstimator;
import io.kindling.training.Served;
import io.kindling.training.Served.Exchange;
import io.kindling.training.Strategy;
import io.kindling.training.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Makes {@code docs/names.md}, the names that other systems have for what a stage is told, out of
 * calls that are compiled and made here. {@code -Dkindling.docs=write} writes it.
 *
 * <p>A line {@code // System | name (default) | remark} stands before the calls of its row.
 */
class NamesDocumentTest {

  private static final Path DOCUMENT = Path.of("../docs/names.md");
  private static final Path THIS =
      Path.of("src/test/java/io/kindling/examples/predecessors/NamesDocumentTest.java");
  private static final Pattern ROW = Pattern.compile("((?:    // .*\n)+)((?:    +[^ /\n].*\n)+)");

  private static final String TOP =
      """
      # Names of others, and ours

      What users of other systems set, with its default, and the call that says the same to a stage of Kindling. Every call here is compiled and made
      by a test. `workers` is the number of workers, which other systems count as partitions; `rate` the learning rate. In a job the same words
      stand under `strategy`, `optimizer`, `batchSize` and so on: see [jobs](jobs.md). What strategies do is in [strategies](strategies.md).

      | System | Theirs (default) | Ours | |
      |---|---|---|---|
      """;

  private final int workers = 2;
  private final double rate = 0.01;
  private final int rows = 60_000;
  private final int iterations = 1000;
  private final int batches = 3;
  private final int shuffles = 2;
  private NeuralClassifier classifier;

  @BeforeEach
  void begin() {
    classifier =
        new NeuralClassifier().setNetwork(Network.sequential(Input.of("x", 4), Dense.of(2)));
  }

  @Test
  void isWhatTheCallsSay() throws IOException {
    StringBuilder text = new StringBuilder(TOP);
    Matcher row = ROW.matcher(Files.readString(THIS));
    int count = 0;
    for (; row.find(); count++) {
      String[] said = row.group(1).replaceAll("\n? +// ", " ").strip().split(" \\|\\s*", 3);
      String calls = row.group(2).replaceAll("\\s*\n\\s*", "").replaceAll("^\\s*\\w+[.]|;$", "");
      text.append("| %s | %s | `%s` | %s |%n".formatted(said[0], said[1], calls, said[2].strip()));
    }
    assertThat(count).isGreaterThan(50);
    if ("write".equals(System.getProperty("kindling.docs"))) {
      Files.writeString(DOCUMENT, text);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("docs/names.md; run this test with -Dkindling.docs=write")
        .isEqualTo(text.toString());
  }

  @Test
  void tensorSpark() {
    // TensorSpark | pull and push interval (5) |
    classifier.setStrategy(Served.of(Exchange.GRADIENTS, 5));
    // TensorSpark | `time_lag` (100 s, 20 s, 130 s) | age by the server's clock alone
    classifier.setStrategy(Served.of(Exchange.GRADIENTS, 5).withMaxAge(100));
    // TensorSpark | `batch_size` (50, 128, 64) per worker |
    classifier.setBatchSize(50 * workers);
    // TensorSpark | `epochs` (5, 1, 3) |
    classifier.setEpochs(5);
    // TensorSpark | partitions (48, 64, 128) |
    classifier.setNumWorkers(workers);
    // TensorSpark | warm-up on the driver | train a first model on some rows and go on from it
    classifier.setInitialModel("file:///models/warm");
    // TensorSpark | Adam, momentum, RMSProp on the server |
    classifier.setOptimizer(Optimizers.rmsprop(1e-4, 0.9));

    assertThat(classifier.getStrategy())
        .isEqualTo(Served.of(Exchange.GRADIENTS, 5).withMaxAge(100));
  }

  @Test
  void tensorOnSpark() {
    // TensorOnSpark | `weight_combiner` (`Mean`), `sync_interval` (3) |
    classifier.setStrategy(Served.of(Exchange.MEAN, 3));
    // TensorOnSpark | `weight_combiner=Delta` |
    classifier.setStrategy(Served.of(Exchange.DOWNPOUR, 3));
    // TensorOnSpark | `batch_size` (10000) per worker |
    classifier.setBatchSize(10_000 * workers);
    // TensorOnSpark | `shuffle_within_partition` (`False`) | rows are in another order in every
    // epoch, by
    classifier.setSeed(1);

    assertThat(classifier.getBatchSize()).isEqualTo(20_000);
  }

  @Test
  void sparkFlow() {
    // SparkFlow | `acquireLock` (`False`) |
    classifier.setStrategy(Served.of(Exchange.GRADIENTS, 1).lockFree());
    // SparkFlow | `acquireLock=True` |
    classifier.setStrategy(Served.of(Exchange.GRADIENTS, 1));
    // SparkFlow | server in the driver | or on the workers, without `onDriver`
    classifier.setStrategy(Served.of(Exchange.GRADIENTS, 1).lockFree().onDriver());
    // SparkFlow | `miniBatchSize` (128) per partition |
    classifier.setBatchSize(128 * workers);
    // SparkFlow | `iters` (1000) |
    classifier.setEpochs(iterations);
    // SparkFlow | `miniStochasticIters` (-1) batches of an iteration | as many steps
    classifier.setEpochs(iterations * batches * classifier.getBatchSize() / rows);
    // SparkFlow | `partitionShuffles` (1) | every epoch has an order of its own
    classifier.setEpochs(shuffles * iterations);
    // SparkFlow | `shufflePerIter` (`True`) | always; by
    classifier.setSeed(1);
    // SparkFlow | `partitions` (5) |
    classifier.setNumWorkers(5);
    // SparkFlow | `tfOptimizer` (`adam`), `tfLearningRate` (0.01) |
    classifier.setOptimizer(Optimizers.adam(rate));
    // SparkFlow | `optimizerOptions` |
    classifier.setOptimizer(Optimizers.adam(rate, 0.9, 0.999, 1e-8));
    // SparkFlow | `inputCol`, `labelCol`, `predictionCol` |
    classifier.setFeaturesCol("features").setLabelCol("label").setPredictionCol("predicted");
    // SparkFlow | `verbose` (0), `loss_callback` | the loss of every epoch is logged and in the
    // summary; a callback hears of steps
    classifier.setMetrics(Metric.accuracy());

    assertThat((int) classifier.getOrDefault(classifier.numWorkers())).isEqualTo(5);
  }

  @Test
  void elephas() {
    // Elephas | `mode='synchronous'` | after every epoch, not after the last alone
    classifier.setStrategy(Strategy.averagedEpochs());
    // Elephas | `mode` (`'asynchronous'`), `frequency` (`'epoch'`) | an epoch of a worker, in
    // steps, as the interval
    classifier.setStrategy(Served.of(Exchange.DOWNPOUR, rows / 64));
    // Elephas | `frequency='batch'` |
    classifier.setStrategy(Served.of(Exchange.DOWNPOUR, 1));
    // Elephas | `mode='hogwild'` |
    classifier.setStrategy(Served.of(Exchange.DOWNPOUR, 1).lockFree());
    // Elephas | `batch_size` (32) per worker |
    classifier.setBatchSize(32 * workers);
    // Elephas | `epochs` (10) |
    classifier.setEpochs(10);
    // Elephas | `num_workers` (8) |
    classifier.setNumWorkers(8);
    // Elephas | `validation_split` (0.1) | the default here is 0
    classifier.setValidationFraction(0.1);
    // Elephas | `loss`, `metrics` |
    classifier.setLoss(Loss.sparseCategoricalCrossEntropy()).setMetrics(Metric.accuracy());

    assertThat(classifier.getEpochs()).isEqualTo(10);
  }

  @Test
  void distKeras() {
    // dist-keras | `SingleTrainer` |
    classifier.setNumWorkers(1);
    // dist-keras | `AveragingTrainer` |
    classifier.setStrategy(Strategy.averagedEpochs());
    // dist-keras | `DOWNPOUR`, `communication_window` (5) |
    classifier.setStrategy(Served.of(Exchange.DOWNPOUR, 5));
    // dist-keras | `ADAG`, `communication_window` (12) |
    classifier.setStrategy(Served.of(Exchange.ADAG, 12));
    // dist-keras | `DynSGD`, `communication_window` (5) |
    classifier.setStrategy(Served.of(Exchange.DYN_SGD, 5));
    // dist-keras | `AEASGD`, `communication_window` (32), `rho` (5.0), `learning_rate` (0.1) | `rho
    // · learning_rate` is 0.5 here too
    classifier.setStrategy(Served.of(Exchange.ELASTIC, 32));
    // dist-keras | `EAMSGD`, `momentum` (0.9) |
    classifier
        .setStrategy(Served.of(Exchange.ELASTIC, 32))
        .setOptimizer(Optimizers.nesterov(rate, 0.9));
    // dist-keras | `num_workers` (2) |
    classifier.setNumWorkers(2);
    // dist-keras | `batch_size` (32) per worker |
    classifier.setBatchSize(32 * workers);
    // dist-keras | `num_epoch` (1) |
    classifier.setEpochs(1);
    // dist-keras | `worker_optimizer` |
    classifier.setOptimizer(Optimizers.adam(rate));
    // dist-keras | `features_col`, `label_col` |
    classifier.setFeaturesCol("features").setLabelCol("label");

    assertThat(classifier.getOptimizer()).isEqualTo(Optimizers.adam(rate));
  }

  @Test
  void bigDl() {
    NeuralEstimator estimator =
        new NeuralEstimator().setNetwork(Network.sequential(Input.of("x", 4), Dense.of(2)));
    // BigDL | `DistriOptimizer` |
    estimator.setStrategy(Strategy.allReduced());
    // BigDL | `AllReduceParameter`, an optimizer's state by slices |
    estimator.setStrategy(Strategy.sharded());
    // BigDL | `setCompressType("fp16")` | truncated there; rounded here, and what is lost is added
    // later
    estimator.setStrategy(Strategy.allReduced(WireFormat.BFLOAT16));
    // BigDL | `setOptimMethod` |
    estimator.setOptimizer(Optimizers.sgd(rate));
    // BigDL | `setConstantGradientClipping(min, max)` |
    estimator.setOptimizer(Optimizers.sgd(rate).clippedByValue(0.5));
    // BigDL | `setGradientClippingByl2Norm(n)` |
    estimator.setOptimizer(Optimizers.sgd(rate).clippedByGlobalNorm(5));
    // BigDL | `setEndWhen(Trigger.maxEpoch(n))` (100 iterations) |
    estimator.setEpochs(10);
    // BigDL | `setCheckpoint(path, trigger)` |
    estimator.setCheckpointDir("hdfs:///checkpoints").setCheckpointInterval("1 epoch");
    // BigDL | `setValidation(trigger, data, methods, batch)` |
    estimator.setValidationIndicatorCol("isTest").setMetrics(Metric.accuracy());
    // BigDL | `NNEstimator(model, criterion)`, `setMaxEpoch` (50) |
    estimator.setLoss(Loss.meanSquaredError()).setEpochs(50);
    // BigDL | `setBatchSize` (1), over all workers |
    estimator.setBatchSize(128);
    // BigDL | `setModel`, to go on from |
    estimator.setInitialModel("hdfs:///models/first");
    // BigDL | `setCachingSample`, memory of rows |
    estimator.setRowMemory("4g");

    assertThat(estimator.getEpochs()).isEqualTo(50);
  }

  @Test
  void tensorFlowOnSpark() {
    NeuralEstimator estimator =
        new NeuralEstimator().setNetwork(Network.sequential(Input.of("x", 4), Dense.of(2)));
    // TensorFlowOnSpark | `cluster_size` (1) |
    estimator.setNumWorkers(4);
    // TensorFlowOnSpark | `num_ps` (0) | of the workers, as there
    estimator.setStrategy(Served.of(Exchange.GRADIENTS, 1).withServers(1));
    // TensorFlowOnSpark | `driver_ps_nodes` (`False`) |
    estimator.setStrategy(Served.of(Exchange.GRADIENTS, 1).onDriver());
    // TensorFlowOnSpark | `batch_size` (100), `epochs` (1) |
    estimator.setBatchSize(100 * workers).setEpochs(1);
    // TensorFlowOnSpark | `input_mapping` |
    estimator.setInputCols("x").setLabelCols("y");
    // TensorFlowOnSpark | `model_dir` |
    estimator.setCheckpointDir("hdfs:///model").setResumeFrom("hdfs:///model");
    // TensorFlowOnSpark | `reservation_timeout` (600 s) |
    estimator.setWorkerStartTimeout(600);

    assertThat(estimator.getBatchSize()).isEqualTo(200);
  }
}
