package io.kindling.cli.job;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.kindling.network.Network;
import io.kindling.network.NetworkFormat;
import io.kindling.optimizer.Optimizer;
import io.kindling.spark.stage.NeuralClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code kindling train} is to do.
 *
 * <pre>{@code
 * data:
 *   train: {format: parquet, path: /data/train}
 *   test: {format: parquet, path: /data/test}     # optional
 * features: features
 * label: label
 * network:                                         # layers in order, or the name of a file with a network's JSON
 *   - input: {name: features, shape: [28, 28, 1]}
 *   - conv2d: {filters: 32, kernel: 5, activation: relu}
 *   - flatten
 *   - dense: {units: 10}
 * optimizer: {adam: {learningRate: 0.001}}
 * epochs: 5
 * batchSize: 128
 * workers: 2
 * seed: 1
 * output: {model: /models/digits, pictures: /tmp/pictures}
 * }</pre>
 *
 * @param workers 0 for one per executor
 * @param classes names of the classes, for the confusion matrix; empty for their numbers
 */
public record JobFile(
    Data data,
    String features,
    String label,
    Network network,
    Optimizer optimizer,
    int epochs,
    int batchSize,
    int workers,
    long seed,
    double validationFraction,
    List<String> classes,
    Output output) {

  /** The format of MNIST's files, which Spark does not read. */
  public static final String IDX = "idx";

  /** Where rows are. */
  public record Data(@JsonProperty("train") Source train, @JsonProperty("test") Source test) {}

  /**
   * One data source: Spark's format, path and options; or {@code idx} with {@code images} and
   * {@code labels}.
   *
   * @param options everything else that is written under the source
   */
  public record Source(
      @JsonProperty("format") String format,
      @JsonProperty("path") String path,
      @JsonAnySetter Map<String, String> options) {
    public Source {
      Map<String, String> given = new LinkedHashMap<>(options == null ? Map.of() : options);
      given.values().removeIf(Objects::isNull);
      options = Map.copyOf(given);
    }

    /** The fields without which the source cannot be opened. */
    List<String> missing() {
      if (IDX.equals(format)) {
        return Stream.of("images", "labels").filter(each -> !options.containsKey(each)).toList();
      }
      return path == null ? List.of("path") : List.of();
    }
  }

  /** Where results go. */
  public record Output(
      @JsonProperty("model") String model, @JsonProperty("pictures") String pictures) {}

  /** As it is written; null where a field is left out. */
  private record Document(
      @JsonProperty("data") Data data,
      @JsonProperty("features") String features,
      @JsonProperty("label") String label,
      @JsonProperty("network") JsonNode network,
      @JsonProperty("optimizer") JsonNode optimizer,
      @JsonProperty("epochs") Integer epochs,
      @JsonProperty("batchSize") Integer batchSize,
      @JsonProperty("workers") Integer workers,
      @JsonProperty("seed") Long seed,
      @JsonProperty("validationFraction") Double validationFraction,
      @JsonProperty("classes") List<String> classes,
      @JsonProperty("output") Output output) {}

  private static final ObjectMapper YAML =
      YAMLMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * Reads a job.
   *
   * @throws IllegalArgumentException naming the field that is missing, unknown or wrong
   * @throws IOException if the file cannot be read
   */
  public static JobFile read(Path file) throws IOException {
    String text = text("job", file);
    try {
      JobFile job = of(YAML.readValue(text, Document.class), file.toAbsolutePath().getParent());
      job.check();
      return job;
    } catch (UnrecognizedPropertyException e) {
      throw new IllegalArgumentException(
          "Invalid job %s%s: unknown field '%s'. Fields there are %s."
              .formatted(
                  file,
                  line(text, e.getPropertyName()),
                  path(e),
                  new TreeSet<>(e.getKnownPropertyIds())),
          e);
    } catch (JsonMappingException e) {
      throw new IllegalArgumentException(
          "Invalid job %s in '%s': %s".formatted(file, path(e), e.getOriginalMessage()), e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Invalid job %s, line %d: %s"
              .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("Invalid job " + file + ": " + e.getMessage(), e);
    }
  }

  private static String text(String what, Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("Failed to read the " + what + " " + file + ": it does not exist.", e);
    }
  }

  /** Finds before Spark starts what the estimator would refuse only then. */
  private void check() {
    List<String> wrong = new ArrayList<>();
    if (epochs < 1) {
      wrong.add("'epochs' is " + epochs + ", expected 1 or more");
    }
    if (batchSize < 1) {
      wrong.add("'batchSize' is " + batchSize + ", expected 1 or more");
    }
    if (workers < 0) {
      wrong.add("'workers' is " + workers + ", expected 1 or more, or 0 for one per executor");
    }
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      wrong.add("'validationFraction' is " + validationFraction + ", expected 0 or more, below 1");
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", wrong) + ".");
    }
    // The network's text is read back; one logit stands for two classes.
    int expected = Math.max(2, classifier().getNetwork().outputs().get(0).shape().size());
    if (!classes.isEmpty() && classes.size() != expected) {
      throw new IllegalArgumentException(
          "'classes' names "
              + classes.size()
              + " classes, and the network has "
              + expected
              + ". Name each of them, or none.");
    }
  }

  /** The line of a field; the reader itself knows only how far it had read ahead. */
  private static String line(String text, String field) {
    Matcher found = Pattern.compile("(?m)^[\\s-]*" + Pattern.quote(field) + "\\s*:").matcher(text);
    return found.find() ? ", line " + text.substring(0, found.end()).lines().count() : "";
  }

  private static String path(JsonMappingException e) {
    return e.getPath().stream().map(JobFile::step).collect(Collectors.joining("."));
  }

  private static String step(JsonMappingException.Reference reference) {
    return reference.getFieldName() == null
        ? "[" + reference.getIndex() + "]"
        : reference.getFieldName();
  }

  private static JobFile of(Document document, Path folder) throws IOException {
    if (document == null) {
      throw new IllegalArgumentException("it is empty.");
    }
    Map<String, Object> required = new LinkedHashMap<>();
    required.put("data.train", document.data() == null ? null : document.data().train());
    required.put("network", document.network());
    required.put("output.model", document.output() == null ? null : document.output().model());
    List<String> missing =
        required.entrySet().stream()
            .filter(each -> each.getValue() == null)
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(ArrayList::new));
    if (document.data() != null) {
      missing.addAll(missing("data.train", document.data().train()));
      missing.addAll(missing("data.test", document.data().test()));
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("the fields " + missing + " are missing.");
    }
    return new JobFile(
        document.data(),
        or(document.features(), "features"),
        or(document.label(), "label"),
        network(document.network(), folder),
        OptimizerYaml.parse(document.optimizer()),
        or(document.epochs(), 10),
        or(document.batchSize(), 128),
        or(document.workers(), 0),
        or(document.seed(), 0L),
        or(document.validationFraction(), 0.0),
        or(document.classes(), List.<String>of()),
        document.output());
  }

  private static List<String> missing(String name, Source source) {
    return source == null
        ? List.of()
        : source.missing().stream().map(field -> name + "." + field).toList();
  }

  private static <T> T or(T value, T otherwise) {
    return value == null ? otherwise : value;
  }

  private static Network network(JsonNode node, Path folder) throws IOException {
    return node.isTextual()
        ? NetworkFormat.parse(text("network", folder.resolve(node.asText())))
        : NetworkYaml.parse(node);
  }

  /** The estimator this job describes. */
  public NeuralClassifier classifier() {
    NeuralClassifier classifier =
        new NeuralClassifier()
            .setNetwork(network)
            .setOptimizer(optimizer)
            .setEpochs(epochs)
            .setBatchSize(batchSize)
            .setSeed(seed)
            .setValidationFraction(validationFraction)
            .setFeaturesCol(features)
            .setLabelCol(label);
    return workers == 0 ? classifier : classifier.setNumWorkers(workers);
  }
}
