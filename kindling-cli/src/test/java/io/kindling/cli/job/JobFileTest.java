package io.kindling.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.cli.grammar.InvalidDocumentException;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Bidirectional;
import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Gru;
import io.kindling.network.Hashing;
import io.kindling.network.Initializer;
import io.kindling.network.Input;
import io.kindling.network.LayerType;
import io.kindling.network.Lookup;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizers;
import io.kindling.optimizer.PlateauDecay;
import io.kindling.tensor.Shape;
import io.kindling.training.Sharded;
import io.kindling.training.Strategy;
import io.kindling.training.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFileTest {

  private static final String START =
      """
      data:
        train: {format: parquet, path: /data}
      output: {model: /model}
      """;

  @TempDir private Path folder;

  @Test
  void readsTheExampleThatIsShipped() throws IOException {
    JobFile job = JobFile.read(Path.of("../kindling-examples/jobs/fashion-mnist.yaml"));

    assertThat(job.network().of(0))
        .isEqualTo(
            Network.sequential(
                Input.of("features", 28, 28, 1),
                Conv2d.of(32, 5).relu(),
                MaxPool2d.of(2),
                Flatten.of(),
                Dense.of(128).relu(),
                Dropout.of(0.3),
                Dense.of(10)));
    assertThat(job.training().optimizer())
        .isEqualTo(Optimizers.adam(2e-3).withLearningRate(LearningRate.cosine(2e-3, 2345)));
    assertThat(job.training().epochs()).isEqualTo(5);
    assertThat(job.training().batchSize()).isEqualTo(128);
    assertThat(job.training().workers()).isEqualTo(2);
    assertThat(classification(job).classes()).hasSize(10);
    assertThat(job.data().train().options()).containsKeys("images", "labels");
  }

  @Test
  void takesDefaultsForWhatIsLeftOut() throws IOException {
    JobFile job = read(START + "network: [{input: {shape: [4]}}, {dense: {units: 3}}]\n");

    assertThat(classification(job).features()).isEqualTo(new Features.OneColumn("features"));
    assertThat(classification(job).label()).isEqualTo(new Label("label", false));
    assertThat(job.training().optimizer()).isEqualTo(Optimizers.adam(1e-3));
    assertThat(job.training().epochs()).isEqualTo(10);
    assertThat(job.training().batchSize()).isEqualTo(128);
    assertThat(job.training().workers()).isZero();
  }

  @Test
  void readsStrategiesOfSummedGradients() throws IOException {
    assertThat(strategy("all-reduce")).isEqualTo(Strategy.allReduced());
    assertThat(strategy("{all-reduce: {format: float16}}"))
        .isEqualTo(Strategy.allReduced(WireFormat.FLOAT16));
    assertThat(strategy("{all-reduce: {share: 0.01}}")).isEqualTo(Strategy.allReducedAbove(0.01));
    assertThat(strategy("sharded")).isEqualTo(Strategy.sharded());
    assertThat(strategy("{sharded: {agreement: 7}}")).isEqualTo(new Sharded(7));
    assertThat(mistakes(networkText("strategy: {all-reduce: {share: 0.01, format: float16}}\n")))
        .singleElement()
        .asString()
        .endsWith("Leave one of 'format' and 'share' out.");
  }

  @Test
  void refusesMoreServersThanWorkersBeforeSparkStarts() throws IOException {
    assertThat(mistakes(networkText("workers: 2\nstrategy: {downpour: {servers: 2}}\n")).toString())
        .contains("strategy")
        .contains("Invalid number of workers 2, of which 2 only serve");
  }

  private Strategy strategy(String text) throws IOException {
    return read(networkText("strategy: " + text + "\n")).training().strategy();
  }

  @Test
  void takesANetworkFromAFileBesideTheJob() throws IOException {
    Network network = Network.sequential(Input.of("x", 2), Dense.of(2));
    Files.writeString(folder.resolve("network.json"), network.toJson());

    assertThat(read(START + "network: network.json\n").network().of(0)).isEqualTo(network);
  }

  @Test
  void readsEveryOptimizer() throws IOException {
    assertThat(optimizer("sgd: {learningRate: 0.5}")).isEqualTo(Optimizers.sgd(0.5));
    assertThat(optimizer("momentum: {learningRate: 0.5, decay: 0.8}"))
        .isEqualTo(Optimizers.momentum(0.5, 0.8));
    assertThat(optimizer("nesterov: {learningRate: 0.5}")).isEqualTo(Optimizers.nesterov(0.5, 0.9));
    assertThat(optimizer("adam: {clipNorm: 2, cosineSteps: 100}"))
        .isEqualTo(
            Optimizers.adam(1e-3)
                .withLearningRate(LearningRate.cosine(1e-3, 100))
                .clippedByGlobalNorm(2));
    assertThat(optimizer("adamw: {weightDecay: 0.1}")).isEqualTo(Optimizers.adamW(1e-3, 0.1));
    assertThat(optimizer("adamax: {}")).isEqualTo(Optimizers.adamax(2e-3));
    assertThat(optimizer("nadam: {}")).isEqualTo(Optimizers.nadam(1e-3));
    assertThat(optimizer("amsgrad: {}")).isEqualTo(Optimizers.amsGrad(1e-3));
    assertThat(optimizer("yogi: {}")).isEqualTo(Optimizers.yogi(1e-2));
    assertThat(optimizer("lion: {weightDecay: 1}")).isEqualTo(Optimizers.lion(1e-4, 1));
    assertThat(optimizer("rmsprop: {}")).isEqualTo(Optimizers.rmsprop(1e-3));
    assertThat(optimizer("rmsprop: {learningRate: 0.1, decay: 0.95, momentum: 0.1}"))
        .isEqualTo(Optimizers.rmsprop(0.1, 0.95, 0.1));
    assertThat(optimizer("adagrad: {clipValue: 3}"))
        .isEqualTo(Optimizers.adagrad(1e-2).clippedByValue(3));
    assertThat(optimizer("ftrl: {l1: 2}")).isEqualTo(Optimizers.ftrl(0.1, 2, 0));
    assertThat(optimizer("lbfgs: {}")).isEqualTo(Optimizers.lbfgs(1));
    assertThat(optimizer("sgd: {plateauEpochs: 3, stepsPerUpdate: 4, averageDecay: 0.9}"))
        .isEqualTo(
            Optimizers.sgd(0.01)
                .withLearningRate(new PlateauDecay(LearningRate.constant(0.01), 0.1, 3, 1e-4, 0, 1))
                .averagingParameters(0.9)
                .accumulating(4));
    assertThat(optimizer("adadelta: {warmUpSteps: 7}"))
        .isEqualTo(Optimizers.adadelta(1).withLearningRate(LearningRate.constant(1).warmedUp(7)));
  }

  @Test
  void takesTexts() throws IOException {
    String rest = "{embedding: {vocabulary: 9, size: 2}}, flatten, {dense: {units: 3}}]\n";
    assertThat(
            read(START + "network: [{input: {shape: [4], lookup: [a, b]}}, " + rest)
                .network()
                .of(0)
                .encodings())
        .isEqualTo(Map.of("features", Lookup.of("a", "b")));
    assertThat(
            read(START + "network: [{input: {name: w, shape: [4], hashing: 9}}, " + rest)
                .network()
                .of(0)
                .encodings())
        .isEqualTo(Map.of("w", Hashing.into(9)));
    assertThatThrownBy(
            () -> read(START + "network: [{input: {shape: [4], lookup: [a], hashing: 9}}, " + rest))
        .hasMessageContaining("network[0].input: it has a lookup and a hashing.");
  }

  private Object optimizer(String text) throws IOException {
    return read(START
            + "network: [{input: {shape: [4]}}, {dense: {units: 3}}]\noptimizer: {"
            + text
            + "}\n")
        .training()
        .optimizer();
  }

  @Test
  void readsFeaturesOfSeveralColumns() throws IOException {
    JobFile job =
        read(
            """
            data: {train: {format: csv, path: p, where: a > 0, select: ["*", a + 1 AS b], sep: ;}, testFraction: 0.2}
            features: {numeric: [a], categorical: [c, d], scale: false}
            label: {column: y, asClasses: true}
            network: [input, {dense: {units: 3}}]
            output: {model: m, predictions: {path: q, columns: [y]}, overwrite: true}
            """);

    assertThat(classification(job).features())
        .isEqualTo(new Features.Columns(List.of("a"), List.of("c", "d"), false));
    assertThat(classification(job).label()).isEqualTo(new Label("y", true));
    assertThat(job.network().known()).isEmpty();
    assertThat(job.network().of(5).inputs().get(0).shape()).isEqualTo(Shape.of(5));
    assertThat(job.data().train())
        .isEqualTo(
            new Source(
                Optional.of("csv"),
                Optional.of("p"),
                Optional.empty(),
                Optional.of("a > 0"),
                List.of("*", "a + 1 AS b"),
                Map.of("sep", ";")));
    assertThat(job.data().testFraction()).isEqualTo(0.2);
    assertThat(job.output())
        .isEqualTo(
            new Output(
                "m",
                Optional.empty(),
                Optional.of(new Output.Predictions("parquet", "q", List.of("y"))),
                true));
  }

  @Test
  void readsTasksWithLossesAndMetrics() throws IOException {
    JobFile regression =
        network("task: regression\nlabel: y\nloss: mean_absolute_error\nmetrics: [r2]\n");
    assertThat(regression.task())
        .isEqualTo(
            new Task.Regression(
                new Features.OneColumn("features"), "y", Optional.of(Loss.meanAbsoluteError())));
    assertThat(regression.training().metrics()).containsExactly(Metric.r2());

    JobFile any =
        network(
            """
            task: any
            inputs: {features: x}
            labels: {dense_1: y}
            losses: {dense_1: {huber: {delta: 2}}}
            outputs: {dense_1: z}
            """);
    assertThat(any.task())
        .isEqualTo(
            new Task.Any(
                Map.of("features", "x"),
                Map.of("dense_1", "y"),
                Map.of("dense_1", Loss.huber(2)),
                Map.of("dense_1", "z")));
  }

  @Test
  void readsLayersWithinLayers() throws IOException {
    Network network =
        read(START
                + """
                    network:
                      - input: {shape: [7, 2]}
                      - bidirectional: {forward: {gru: {units: 3, recurrence: {returns: all}}}, merge: add}
                      - flatten
                      - dense: {units: 2, kernelInitializer: {constant: {value: 0.5}}}
                    """)
            .network()
            .of(0);

    assertThat(network)
        .isEqualTo(
            Network.sequential(
                Input.of("features", 7, 2),
                Bidirectional.of(Gru.of(3).returningAll()).withMerge(Bidirectional.Merge.ADD),
                Flatten.of(),
                Dense.of(2).withKernelInitializer(Initializer.constant(0.5f))));
  }

  @Test
  void namesEveryMistakeWithLineAndField() {
    assertThat(
            mistakes(
                """
                data:
                  train: {format: csv}
                  test: {format: idx, images: i}
                  testFraction: 2
                features: {numeric: x, categoricl: [y]}
                network:
                  - input: {shape: [4]}
                  - danse: {units: 3}
                  - dense: {unit: 3}
                optimizer: {addam: {learningRate: 0.1}}
                epoch: 3
                batchSize: -1
                strategy: gossip
                """))
        .containsExactly(
            "job.yaml line 1, output: missing; a job needs it.",
            "job.yaml line 2, data.train.path: missing; a source of format csv needs it.",
            "job.yaml line 3, data.test.labels: missing; a source of format idx needs it.",
            "job.yaml line 4, data.testFraction: expected a number of 0 or more and below 1, found 2.",
            "job.yaml line 4, data.testFraction: test names rows to test with. Set one of the two.",
            "job.yaml line 5, features.numeric: expected a list of columns, found 'x'.",
            "job.yaml line 5, features.categoricl: unknown setting; features takes categorical,"
                + " numeric, scale. Did you mean categorical?",
            "job.yaml line 8, network[1]: 'danse' is no layer. Did you mean dense? There are "
                + String.join(", ", LayerType.names())
                + ".",
            "job.yaml line 9, network[2].dense.unit: unknown setting; dense takes activation, bias,"
                + " kernelInitializer, name, units. Did you mean units?",
            "job.yaml line 9, network[2].dense.units: missing; dense needs it.",
            "job.yaml line 10, optimizer: 'addam' is no optimizer. Did you mean adam? There are"
                + " adadelta, adagrad, adam, adamax, adamw, amsgrad, ftrl, lamb, lars, lbfgs, lion,"
                + " momentum, nadam, nesterov, rmsprop, sgd, yogi.",
            "job.yaml line 11, epoch: unknown setting; a job takes "
                + String.join(", ", new TreeSet<>(JobRules.JOB.fields().keySet()))
                + ". Did you mean epochs?",
            "job.yaml line 12, batchSize: expected a whole number of 1 or more, found -1.",
            "job.yaml line 13, strategy: 'gossip' is no strategy. There are adag, all-reduce, averaged-epochs, diloco,"
                + " downpour, dyn-sgd, elastic, gradients, local-sgd, mean, sharded.");
  }

  @Test
  void namesTheLayerThatDoesNotFit() {
    assertThat(
            mistakes(
                START
                    + """
                    network:
                      - input: {shape: [4]}
                      - dense: {units: -3}
                    """))
        .containsExactly("job.yaml line 6, network[1]: Invalid units -3. Use at least 1.");
    assertThat(
            mistakes(
                START
                    + """
                    network:
                      - input: {shape: [4]}
                      - dense: {units: 3}
                      - conv2d: {filters: 3, kernel: 3}
                      - flatten
                    """))
        .singleElement()
        .asString()
        .startsWith("job.yaml line 7, network[2]: Invalid network at layer 'conv2d_1' (Conv2d): ");
  }

  @Test
  void namesAnInputThatIsNone() {
    assertThat(mistakes(START + "network: [{dense: {units: 3}}, flatten]\n"))
        .containsExactly(
            "job.yaml line 4, network[0]: expected one input, as {input: {setting: value}}, found"
                + " {\"dense\":{\"units\":3}}.");
    assertThat(mistakes(START + "network: [input, {dense: {units: 3}}]\n"))
        .containsExactly(
            "job.yaml line 4, network[0]: the input has no shape. Write '- input: {shape: [4]}';"
                + " only where features are prepared from columns it follows from the data.");
  }

  @Test
  void namesFieldsOfAnotherTask() {
    assertThat(mistakes(networkText("task: regression\nclasses: [a, b]\ninputs: {x: y}\n")))
        .containsExactly(
            "job.yaml line 6, classes: a job of task regression does not take it; tasks that do are"
                + " classification.",
            "job.yaml line 7, inputs: a job of task regression does not take it; tasks that do are"
                + " any.");
    assertThat(mistakes(networkText("task: any\nlabels: {y: z}\ninputs: {x: y}\n")))
        .containsExactly(
            "job.yaml line 1, losses: missing; a job of task any needs it.",
            "job.yaml line 6, labels.y: the network has no output of this name; it has dense_1.",
            "job.yaml line 7, inputs.x: the network has no input of this name; it has features.",
            "job.yaml line 7, inputs.features: missing; the network has this input.");
  }

  @Test
  void namesTwoWaysToValidate() {
    assertThat(mistakes(networkText("validationIndicator: v\nvalidationFraction: 0.1\n")))
        .containsExactly(
            "job.yaml line 5, validationIndicator: validationFraction says, too, which rows are for"
                + " validation. Set one of them.");
  }

  @Test
  void namesWorkersAndIntervalsThatContradictOrSayNothing() {
    assertThat(
            mistakes(
                networkText(
                    "workers: 2\nminWorkers: 5\nmaxWorkers: 1\ncheckpoints: {path: /x, every: 10 parsecs}\n")))
        .containsExactlyInAnyOrder(
            "job.yaml line 6, minWorkers: it is larger than workers, 2.",
            "job.yaml line 7, maxWorkers: it is smaller than workers or minWorkers, 5.",
            "job.yaml line 8, checkpoints.every: it is not a number of 1 or more and steps, epochs or minutes, as in"
                + " 10 minutes.");
  }

  @Test
  void namesHowManyClassesTheNetworkHas() {
    assertThat(mistakes(networkText("classes: [a, b]\n")))
        .containsExactly(
            "job.yaml line 5, classes: it names 2 classes, and the network has 3. Name each of them,"
                + " or none.");
  }

  @Test
  void tellsThatAFileDoesNotExist() {
    Path nowhere = folder.resolve("nowhere.yaml");
    assertThatThrownBy(() -> JobFile.read(nowhere))
        .isInstanceOf(IOException.class)
        .hasMessage("Failed to read the job " + nowhere + ": it does not exist.");
    assertThatThrownBy(() -> read(START + "network: none.json\n"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Failed to read the network " + folder.resolve("none.json") + ": it does not exist.");
  }

  private static Task.Classification classification(JobFile job) {
    return (Task.Classification) job.task();
  }

  private JobFile network(String more) throws IOException {
    return read(networkText(more));
  }

  private static String networkText(String more) {
    return START + "network: [{input: {shape: [4]}}, {dense: {units: 3}}]\n" + more;
  }

  /** The lines of the message, without the folder. */
  private List<String> mistakes(String text) {
    try {
      read(text);
      return List.of();
    } catch (InvalidDocumentException e) {
      return e.getMessage().lines().map(each -> each.replace(folder + "/", "")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JobFile read(String text) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, text);
    return JobFile.read(file);
  }
}
