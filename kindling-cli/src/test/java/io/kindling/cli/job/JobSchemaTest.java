package io.kindling.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kindling.cli.grammar.InvalidDocumentException;
import io.kindling.cli.grammar.Mistakes;
import io.kindling.cli.grammar.YamlText;
import io.kindling.loss.LossJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code docs/job.schema.json} is made of the rules that jobs are read by, and says what they say;
 * this test fails where it is out of date, and writes it with {@code -Dkindling.docs=write}.
 */
class JobSchemaTest {

  private static final Path DOCUMENT = Path.of("../docs/job.schema.json");
  private static final Path JOBS = Path.of("../kindling-examples/jobs");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(JobFile.schema());

  private static final String START =
      """
      data: {train: {path: /data}}
      output: {model: /model}
      network: [{input: {shape: [4]}}, {dense: {units: 3}}]
      """;

  @Test
  void isUpToDate() throws IOException {
    String text = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JobFile.schema()) + "\n";
    if ("write".equals(System.getProperty("kindling.docs"))) {
      Files.writeString(DOCUMENT, text);
    }
    assertThat(Files.readString(DOCUMENT))
        .as("docs/job.schema.json; run this test with -Dkindling.docs=write")
        .isEqualTo(text);
  }

  static List<Path> jobs() throws IOException {
    try (Stream<Path> jobs = Files.list(JOBS)) {
      return jobs.filter(each -> each.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("jobs")
  void takesTheExamplesThatAreShipped(Path job) throws IOException {
    String text = Files.readString(job);

    assertThat(SCHEMA.validate(tree(text))).isEmpty();
    assertThat(JobFile.read(job).training().epochs()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "task: any",
        "optimizer: adam",
        "optimizer: {adam: {learningRate: 1e-3, clipNorm: 1}}",
        "loss: {huber: {delta: 2}}",
        "loss: mean_squared_error",
        "metrics: [accuracy, {top_k_accuracy: {k: 3}}]",
        "losses: {y: {scaled: {loss: {huber: {delta: 1}}, factor: 2}}}",
        "features: {numeric: [a], categorical: [b], scale: false}",
        "label: {column: y, asClasses: true}",
        "earlyStopping: {patience: 3}",
        "nulls: {age: drop, \"*\": zero}",
        "lengths: {visits: pad_start}",
        "device: gpu",
        "strategy: all-reduce",
        "strategy: diloco",
        "strategy: {all-reduce: {format: bfloat16}}",
        "strategy: {all-reduce: {share: 0.001}}",
        "strategy: {sharded: {agreement: 50}}",
        "strategy: {local-sgd: {interval: 8, outerRate: 0.7, outerMomentum: 0.9}}",
        "strategy: {gradients: {locks: false, maxStaleness: 4}}",
        "strategy: {downpour: {placement: driver, maxLead: 2}}",
        "seed: 9000000000",
      })
  void agreesWithTheRulesOnWhatIsRight(String more) {
    assertThat(mistakes(START + more)).isEmpty();
    assertThat(SCHEMA.validate(tree(START + more))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "task: guess",
        "optimizer: adamm",
        "optimizer: {adam: {learningRate: fast}}",
        "optimizer: {adam: {}, sgd: {}}",
        "optimizer: {sgd: {beta1: 0.9}}",
        "optimizer: {sgd: {cosineSteps: 1.5}}",
        "loss: quantile",
        "loss: {quantile: {}}",
        "loss: {huber: {delta: wide}}",
        "metrics: []",
        "metrics: accuracy",
        "features: {numerics: [a]}",
        "features: [a]",
        "label: {asClasses: true}",
        "earlyStopping: {patience: 0}",
        "nulls: {age: ignore}",
        "lengths: pad_end",
        "device: tpu",
        "strategy: parameter-server",
        "strategy: {all-reduce: {share: 1}}",
        "strategy: {sharded: {agreement: 0}}",
        "strategy: {local-sgd: {interval: 0}}",
        "strategy: {elastic: {rho: 5}}",
        "strategy: {elastic: {placement: master}}",
        "epochs: 0",
        "epochs: 2.5",
        "validationFraction: 1",
        "epoch: 3",
        "classes: [a]",
      })
  void agreesWithTheRulesOnWhatIsWrong(String more) {
    assertThat(mistakes(START + more)).isNotEmpty();
    assertThat(SCHEMA.validate(tree(START + more))).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- bidirectional: {forward: {lstm: {units: 3}}}",
        "- conv2d: {filters: 3, kernel: [3, 3], padding: same, activation: relu}",
        "- max_pool2d: {size: 2}",
        "- max_pool2d",
        "- reshape: {shape: [2, 2]}",
        "- dense: {units: 3, kernelInitializer: {normal: {mean: 0, deviation: 0.1}}}",
        "- lstm: {units: 3, recurrence: {returns: all}}",
      })
  void agreesWithTheRulesOnLayers(String layer) {
    String text =
        "data: {train: {path: /data}}\noutput: {model: /model}\nnetwork:\n- input\n" + layer;

    assertThat(mistakes(text)).isEmpty();
    assertThat(SCHEMA.validate(tree(text))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "- conv2d: {filters: 3}",
        "- dense",
        "- danse: {units: 3}",
        "- dense: {unit: 3}",
        "- dense: {units: 3, activation: rely}",
        "- bidirectional: {forward: {lstm: {unit: 3}}}",
        "- input: {shape: [4]}",
        "- 7",
      })
  void agreesWithTheRulesOnLayersThatAreWrong(String layer) {
    String text =
        "data: {train: {path: /data}}\noutput: {model: /model}\nnetwork:\n- input\n" + layer;

    assertThat(mistakes(text)).isNotEmpty();
    assertThat(SCHEMA.validate(tree(text))).isNotEmpty();
  }

  @Test
  void namesEveryLossOfTheCore() {
    // The core lists its losses where it is asked for one that it does not know.
    assertThatThrownBy(() -> LossJson.read("{\"y\":{\"type\":\"none\"}}"))
        .satisfies(
            failure -> {
              String text = failure.getMessage();
              String names = text.substring(text.indexOf('[') + 1, text.indexOf(']'));
              for (String name : names.split(", ", -1)) {
                if (!name.equals("mean_error")) {
                  assertThat(JobFile.schema().at("/$defs/loss/anyOf/1/properties").has(name))
                      .as(name)
                      .isTrue();
                }
              }
            });
  }

  private static JsonNode tree(String text) {
    return YamlText.read(text, new Mistakes("job.yaml")).value();
  }

  private static String mistakes(String text) {
    Mistakes mistakes = new Mistakes("job.yaml");
    JobRules.JOB.check(YamlText.read(text, mistakes), mistakes);
    try {
      mistakes.throwIfAny();
      return "";
    } catch (InvalidDocumentException e) {
      return e.getMessage();
    }
  }
}
