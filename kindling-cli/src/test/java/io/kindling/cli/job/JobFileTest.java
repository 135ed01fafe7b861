package io.kindling.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kindling.network.Conv2d;
import io.kindling.network.Dense;
import io.kindling.network.Dropout;
import io.kindling.network.Flatten;
import io.kindling.network.Hashing;
import io.kindling.network.Input;
import io.kindling.network.Lookup;
import io.kindling.network.MaxPool2d;
import io.kindling.network.Network;
import io.kindling.optimizer.LearningRate;
import io.kindling.optimizer.Optimizers;
import io.kindling.optimizer.PlateauDecay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

    assertThat(job.network())
        .isEqualTo(
            Network.sequential(
                Input.of("features", 28, 28, 1),
                Conv2d.of(32, 5).relu(),
                MaxPool2d.of(2),
                Flatten.of(),
                Dense.of(128).relu(),
                Dropout.of(0.3),
                Dense.of(10)));
    assertThat(job.optimizer())
        .isEqualTo(Optimizers.adam(2e-3).withLearningRate(LearningRate.cosine(2e-3, 2345)));
    assertThat(job.epochs()).isEqualTo(5);
    assertThat(job.batchSize()).isEqualTo(128);
    assertThat(job.workers()).isEqualTo(2);
    assertThat(job.classes()).hasSize(10);
    assertThat(job.data().train().options()).containsKeys("images", "labels");
  }

  @Test
  void takesDefaultsForWhatIsLeftOut() throws IOException {
    JobFile job = read(START + "network: [{input: {shape: [4]}}, {dense: {units: 3}}]\n");

    assertThat(job.features()).isEqualTo("features");
    assertThat(job.label()).isEqualTo("label");
    assertThat(job.optimizer()).isEqualTo(Optimizers.adam(1e-3));
    assertThat(job.epochs()).isEqualTo(10);
    assertThat(job.batchSize()).isEqualTo(128);
    assertThat(job.workers()).isZero();
  }

  @Test
  void takesANetworkFromAFileBesideTheJob() throws IOException {
    Network network = Network.sequential(Input.of("x", 2), Dense.of(2));
    Files.writeString(folder.resolve("network.json"), network.toJson());

    assertThat(read(START + "network: network.json\n").network()).isEqualTo(network);
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
                .encodings())
        .isEqualTo(Map.of("features", Lookup.of("a", "b")));
    assertThat(
            read(START + "network: [{input: {name: w, shape: [4], hashing: 9}}, " + rest)
                .network()
                .encodings())
        .isEqualTo(Map.of("w", Hashing.into(9)));
    assertThatThrownBy(
            () -> read(START + "network: [{input: {shape: [4], lookup: [a], hashing: 9}}, " + rest))
        .hasMessageContaining("'network[0]' (input) has a lookup and a hashing.");
  }

  private Object optimizer(String text) throws IOException {
    return read(START
            + "network: [{input: {shape: [4]}}, {dense: {units: 3}}]\noptimizer: {"
            + text
            + "}\n")
        .optimizer();
  }

  @Test
  void namesAllFieldsThatAreMissing() {
    assertThatThrownBy(() -> read("features: x\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("the fields [data.train, network, output.model] are missing.");
  }

  @Test
  void namesAFieldItDoesNotKnowWithItsLine() {
    assertThatThrownBy(() -> read(START + "network: [{input: {shape: [4]}}, flatten]\nepoch: 3\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "job.yaml, line 5: unknown field 'epoch'. Fields there are [batchSize,");
  }

  @Test
  void namesALayerItDoesNotKnow() {
    assertThatThrownBy(
            () -> read(START + "network: [{input: {shape: [4]}}, {danse: {units: 3}}]\n"))
        .hasMessageContaining(
            "'network[1]' is {\"danse\":{\"units\":3}}, no known layer. Layers are [activate,");
  }

  @Test
  void namesSettingsOfALayerThatAreMissingOrUnknown() {
    assertThatThrownBy(
            () -> read(START + "network: [{input: {shape: [4]}}, {dense: {width: 3}}]\n"))
        .hasMessageEndingWith("'network[1]' (dense) lacks [units] has unknown settings [width].");
  }

  @Test
  void namesAnOptimizerItDoesNotKnow() {
    assertThatThrownBy(() -> optimizer("adamm: {}"))
        .hasMessageEndingWith(
            "'optimizer' is {\"adamm\":{}}, no known optimizer. Optimizers are [adadelta, adagrad, adam, adamax, adamw, amsgrad, ftrl, lamb, lars, lbfgs, lion, momentum, nadam, nesterov, rmsprop, sgd, yogi].");
  }

  @Test
  void namesSettingsOfAnotherOptimizer() {
    assertThatThrownBy(() -> optimizer("sgd: {beta1: 0.9, clipNorm: 1}"))
        .hasMessageEndingWith(
            "'optimizer.sgd' has unknown settings [beta1]; it takes [learningRate, clipNorm, clipValue, cosineSteps, warmUpSteps, plateauEpochs, stepsPerUpdate, averageDecay].");
  }

  @Test
  void namesSettingsOfAnOptimizerThatAreNoNumbers() throws IOException {
    assertThatThrownBy(() -> optimizer("adam: {learningRate: fast, cosineSteps: 1.5}"))
        .hasMessageEndingWith(
            "'optimizer.adam' has settings that are no numbers [learningRate: \"fast\", cosineSteps: 1.5].");
    assertThatThrownBy(() -> optimizer("adam: 0.1"))
        .hasMessageEndingWith("'optimizer.adam' is 0.1. Write settings as {learningRate: 0.01}.");
    assertThat(optimizer("sgd: {learningRate: 1e-3}")).isEqualTo(Optimizers.sgd(1e-3));
  }

  @Test
  void namesSettingsOfTheInputItDoesNotKnow() {
    assertThatThrownBy(
            () -> read(START + "network: [{input: {shape: [4], kind: int8}}, {dense: {units: 3}}]"))
        .hasMessageEndingWith(
            "'network[0]' (input) has unknown settings [kind]. Settings are [name, shape, type, lookup, hashing].");
  }

  @Test
  void namesWhatASourceLacks() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    data: {train: {format: idx, labels: l}, test: {format: parquet}}
                    network: [{input: {shape: [4]}}, {dense: {units: 3}}]
                    output: {model: /model}
                    """))
        .hasMessageEndingWith("the fields [data.train.images, data.test.path] are missing.");
  }

  @Test
  void namesNumbersThatAreOutOfRange() {
    assertThatThrownBy(
            () -> network("epochs: 0\nbatchSize: -1\nworkers: -2\nvalidationFraction: 1.0\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "job.yaml: 'epochs' is 0, expected 1 or more; 'batchSize' is -1, expected 1 or more; "
                + "'workers' is -2, expected 1 or more, or 0 for one per executor; "
                + "'validationFraction' is 1.0, expected 0 or more, below 1.");
  }

  @Test
  void namesHowManyClassesTheNetworkHas() {
    assertThatThrownBy(() -> network("classes: [a, b]\n"))
        .hasMessageEndingWith(
            "'classes' names 2 classes, and the network has 3. Name each of them, or none.");
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

  private JobFile network(String more) throws IOException {
    return read(START + "network: [{input: {shape: [4]}}, {dense: {units: 3}}]\n" + more);
  }

  private JobFile read(String text) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, text);
    return JobFile.read(file);
  }
}
