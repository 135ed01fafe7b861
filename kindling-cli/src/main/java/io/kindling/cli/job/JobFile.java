package io.kindling.cli.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kindling.cli.grammar.Choice;
import io.kindling.cli.grammar.Definitions;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.InvalidDocumentException;
import io.kindling.cli.grammar.Items;
import io.kindling.cli.grammar.Mistakes;
import io.kindling.cli.grammar.Numeral;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Text;
import io.kindling.cli.grammar.YamlText;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.stage.NeuralClassifier;
import io.kindling.spark.stage.NeuralEstimator;
import io.kindling.spark.stage.NeuralRegressor;
import io.kindling.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.ml.Estimator;

/**
 * What {@code kindling train} is to do.
 *
 * <pre>{@code
 * data:
 *   train: {format: csv, path: penguins.csv, header: true, inferSchema: true}
 *   testFraction: 0.25
 * features: {numeric: [bill_length_mm, bill_depth_mm], categorical: [island]}
 * label: species
 * network:                                         # layers in order, or the name of a file with a network's JSON
 *   - input
 *   - dense: {units: 16, activation: relu}
 *   - dense: {units: 3}
 * optimizer: {adam: {learningRate: 0.01}}
 * epochs: 20
 * output: {model: /models/penguins, pictures: pictures}
 * }</pre>
 */
public record JobFile(
    Task task, Data data, Architecture network, Training training, Output output) {

  /**
   * Where rows are.
   *
   * @param test rows that are scored after training
   * @param testFraction the share of the rows that is kept for that, where there are no others
   */
  public record Data(Source train, Optional<Source> test, double testFraction) {}

  private static final String CLASSIFICATION = "classification";
  private static final String REGRESSION = "regression";
  private static final String ANY = "any";

  private static final List<String> TASKS = List.of(CLASSIFICATION, REGRESSION, ANY);

  /** The fields that only some tasks have. */
  private static final Map<String, List<String>> TASKS_OF_FIELDS =
      Map.of(
          "features", List.of(CLASSIFICATION, REGRESSION),
          "label", List.of(CLASSIFICATION, REGRESSION),
          "classes", List.of(CLASSIFICATION),
          "classWeights", List.of(CLASSIFICATION),
          "loss", List.of(CLASSIFICATION, REGRESSION),
          "inputs", List.of(ANY),
          "labels", List.of(ANY),
          "losses", List.of(ANY),
          "outputs", List.of(ANY));

  static final Fields RULE =
      Training.addedTo(
              Fields.of("a job")
                  .with(
                      "task",
                      Field.optional(
                          new Choice(TASKS), "what the network is trained to do", CLASSIFICATION))
                  .with("data", Field.required(dataRule(), "where rows are"))
                  .with("features", Field.optional(Features.RULE, "what a row shows the network"))
                  .with("label", Field.optional(Label.RULE, "what the network is to find"))
                  .with(
                      "classes",
                      Field.optional(
                          new Items("a list of names", new Text("a name"), 2),
                          "names of the classes, in order"))
                  .with(
                      "classWeights",
                      Field.optional(
                          new Items("a list of numbers", Numeral.ANY, 2),
                          "how much a row of each class counts"))
                  .with("inputs", Field.optional(columnsRule("input"), "columns by input"))
                  .with("labels", Field.optional(columnsRule("output"), "columns by output"))
                  .with(
                      "losses",
                      Field.optional(
                          Fields.of("losses by output").withOthers(Vocabulary.LOSSES.rule()),
                          "losses by output"))
                  .with("outputs", Field.optional(columnsRule("output"), "new columns by output"))
                  .with("loss", Field.optional(Vocabulary.LOSSES.rule(), "what is made small"))
                  .with(
                      "network",
                      Field.required(
                          Architecture.RULE,
                          "layers in order, or the name of a file with a network's JSON")))
          .with("output", Field.required(Output.RULE, "where the results go"));

  private static Fields dataRule() {
    return Fields.of("data")
        .with("train", Field.required(Source.RULE, "rows to train on"))
        .with("test", Field.optional(Source.RULE, "rows to score after training"))
        .with(
            "testFraction",
            Field.optional(
                Numeral.share(), "the share of the rows kept for that, drawn by the seed", 0.0));
  }

  private static Fields columnsRule(String by) {
    return Fields.of("columns by " + by).withOthers(new Text("a column"));
  }

  /** The rules of a job as JSON Schema. */
  public static ObjectNode schema() {
    return Definitions.document("urn:kindling:job", "A training job of Kindling", RULE);
  }

  /**
   * Reads a job, all of it, before any work starts.
   *
   * @throws InvalidDocumentException with a line for each mistake
   * @throws IOException if the file, or the network's, cannot be read
   */
  public static JobFile read(Path file) throws IOException {
    Mistakes mistakes = new Mistakes(file.toString());
    Place place = YamlText.read(text("job", file), mistakes);
    RULE.check(place, mistakes);
    JobFile job = of(place, folder(file), mistakes);
    mistakes.throwIfAny();
    return job;
  }

  /**
   * A job's file, and that of its network if it names one.
   *
   * @throws InvalidDocumentException if the job is wrong
   * @throws IOException if a file cannot be read
   */
  public static List<Path> files(Path file) throws IOException {
    read(file);
    Place network =
        YamlText.read(text("job", file), new Mistakes(file.toString())).field("network");
    return network.value().isTextual()
        ? List.of(file, Architecture.file(network, folder(file)))
        : List.of(file);
  }

  private static Path folder(Path file) {
    return file.toAbsolutePath().getParent();
  }

  static String text(String what, Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IOException("Failed to read the " + what + " " + file + ": it does not exist.", e);
    }
  }

  /** Goes on where the rules found mistakes, to find all others, too. */
  private static JobFile of(Place job, Path folder, Mistakes mistakes) throws IOException {
    checkTask(job, mistakes);
    Optional<Architecture> network = Architecture.read(job.field("network"), folder, mistakes);
    Task task = task(job, mistakes);
    network.ifPresent(each -> checkNetwork(job, task, each, mistakes));
    Optimizer optimizer = optimizer(job.field("optimizer"), mistakes);
    if (job.field("validationIndicator").isGiven()
        && job.field("validationFraction").number(0) > 0) {
      mistakes.add(
          job.field("validationIndicator"),
          "validationFraction says, too, which rows are for validation. Set one of them.");
    }
    return new JobFile(
        task,
        data(job.field("data"), mistakes),
        network.orElse(null),
        Training.read(job, optimizer, metrics(job.field("metrics"), mistakes)),
        Output.read(job.field("output")));
  }

  private static void checkTask(Place job, Mistakes mistakes) {
    String task = taskName(job);
    if (!TASKS.contains(task)) {
      return;
    }
    TASKS_OF_FIELDS.forEach(
        (field, tasks) -> {
          if (job.field(field).isGiven() && !tasks.contains(task)) {
            mistakes.add(
                job.field(field),
                "a job of task %s does not take it; tasks that do are %s."
                    .formatted(task, String.join(", ", tasks)));
          }
        });
  }

  private static String taskName(Place job) {
    return job.field("task").text().orElse(CLASSIFICATION);
  }

  private static Task task(Place job, Mistakes mistakes) {
    Place label = job.field("label");
    switch (taskName(job)) {
      case REGRESSION -> {
        if (Label.read(label).asClasses()) {
          mistakes.add(label.field("asClasses"), "only classification has classes.");
        }
        return new Task.Regression(
            Features.read(job.field("features"), mistakes),
            Label.read(label).column(),
            loss(job.field("loss"), mistakes));
      }
      case ANY -> {
        return any(job, mistakes);
      }
      default -> {
        return new Task.Classification(
            Features.read(job.field("features"), mistakes),
            Label.read(label),
            job.field("classes").texts(),
            job.field("classWeights").items().stream().map(each -> each.number(0)).toList(),
            loss(job.field("loss"), mistakes));
      }
    }
  }

  private static Task any(Place job, Mistakes mistakes) {
    Map<String, Loss> losses = new LinkedHashMap<>();
    job.field("losses")
        .fields()
        .forEach((name, place) -> loss(place, mistakes).ifPresent(loss -> losses.put(name, loss)));
    for (String each : List.of("inputs", "labels", "losses")) {
      if (!job.field(each).isGiven()) {
        mistakes.add(job.field(each), "missing; a job of task any needs it.");
      }
    }
    return new Task.Any(
        job.field("inputs").textsByName(),
        job.field("labels").textsByName(),
        losses,
        job.field("outputs").textsByName());
  }

  private static Optional<Loss> loss(Place place, Mistakes mistakes) {
    if (!place.isGiven() || !mistakes.isFree(place)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Vocabulary.LOSSES.read(place));
    } catch (IllegalArgumentException e) {
      mistakes.add(place, e.getMessage());
      return Optional.empty();
    }
  }

  private static List<Metric> metrics(Place place, Mistakes mistakes) {
    List<Metric> metrics = new ArrayList<>();
    for (Place each : mistakes.isFree(place) ? place.items() : List.<Place>of()) {
      try {
        metrics.add(Vocabulary.METRICS.read(each));
      } catch (IllegalArgumentException e) {
        mistakes.add(each, e.getMessage());
      }
    }
    return metrics;
  }

  private static Optimizer optimizer(Place place, Mistakes mistakes) {
    try {
      if (mistakes.isFree(place)) {
        return OptimizerKinds.read(place);
      }
    } catch (IllegalArgumentException e) {
      mistakes.add(place, e.getMessage());
    }
    return Optimizers.adam(1);
  }

  private static Data data(Place place, Mistakes mistakes) {
    if (place.field("test").isGiven() && place.field("testFraction").number(0) > 0) {
      mistakes.add(
          place.field("testFraction"), "test names rows to test with. Set one of the two.");
    }
    return new Data(
        Source.read(place.field("train"), mistakes),
        place.field("test").isGiven()
            ? Optional.of(Source.read(place.field("test"), mistakes))
            : Optional.empty(),
        place.field("testFraction").number(0));
  }

  /** Whether the network suits the task, as far as that is known before the data are. */
  private static void checkNetwork(
      Place job, Task task, Architecture architecture, Mistakes mistakes) {
    if (architecture instanceof Architecture.Open && !isPrepared(task)) {
      mistakes.add(
          job.field("network").items().get(0),
          "the input has no shape. Write '- input: {shape: [4]}'; only where features are prepared"
              + " from columns it follows from the data.");
    }
    Optional<Network> network = architecture.known();
    if (network.isPresent() && task instanceof Task.Classification classification) {
      checkClasses(job, classification, network.get(), mistakes);
    }
    if (network.isPresent() && task instanceof Task.Any any) {
      List<String> inputs = names(network.get().inputs());
      List<String> outputs = names(network.get().outputs());
      checkNames(job.field("inputs"), any.inputs(), "input", inputs, mistakes);
      checkNames(job.field("labels"), any.labels(), "output", outputs, mistakes);
      checkNames(job.field("losses"), any.losses(), "output", outputs, mistakes);
      checkNames(job.field("outputs"), any.outputs(), "output", outputs, mistakes);
      inputs.stream()
          .filter(each -> !any.inputs().containsKey(each))
          .forEach(
              each ->
                  mistakes.add(
                      job.field("inputs").field(each), "missing; the network has this input."));
    }
  }

  private static boolean isPrepared(Task task) {
    return task instanceof Task.Classification classification
        ? classification.features() instanceof Features.Columns
        : task instanceof Task.Regression regression
            && regression.features() instanceof Features.Columns;
  }

  /** One logit stands for two classes. */
  private static void checkClasses(
      Place job, Task.Classification task, Network network, Mistakes mistakes) {
    int expected = Math.max(2, network.outputs().get(0).shape().size());
    if (!task.classes().isEmpty() && task.classes().size() != expected) {
      mistakes.add(
          job.field("classes"),
          "it names %d classes, and the network has %d. Name each of them, or none."
              .formatted(task.classes().size(), expected));
    }
  }

  private static List<String> names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).toList();
  }

  private static void checkNames(
      Place place, Map<String, ?> given, String what, List<String> known, Mistakes mistakes) {
    given.keySet().stream()
        .filter(name -> !known.contains(name))
        .forEach(
            name ->
                mistakes.add(
                    place.field(name),
                    "the network has no %s of this name; it has %s."
                        .formatted(what, known.stream().collect(Collectors.joining(", ")))));
  }

  /** The stage that trains a network on prepared rows. */
  public Estimator<?> estimator(Network trained, Preparation preparation) {
    if (task instanceof Task.Classification classification) {
      NeuralClassifier stage =
          training
              .of(new NeuralClassifier(), trained)
              .setFeaturesCol(preparation.features())
              .setLabelCol(preparation.label());
      classification.loss().ifPresent(stage::setLoss);
      return classification.classWeights().isEmpty()
          ? stage
          : stage.setClassWeights(
              classification.classWeights().stream().mapToDouble(each -> each).toArray());
    }
    if (task instanceof Task.Regression regression) {
      NeuralRegressor stage =
          training
              .of(new NeuralRegressor(), trained)
              .setFeaturesCol(preparation.features())
              .setLabelCol(preparation.label());
      regression.loss().ifPresent(stage::setLoss);
      return stage;
    }
    return estimator(trained, (Task.Any) task);
  }

  private Estimator<?> estimator(Network trained, Task.Any any) {
    List<String> inputs = names(trained.inputs());
    List<String> outputs = names(trained.outputs());
    return training
        .of(new NeuralEstimator(), trained)
        .setLosses(any.losses())
        .setInputCols(inputs.stream().map(any.inputs()::get).toArray(String[]::new))
        .setLabelCols(
            outputs.stream()
                .filter(any.losses()::containsKey)
                .map(each -> any.labels().getOrDefault(each, each))
                .toArray(String[]::new))
        .setOutputCols(
            outputs.stream()
                .map(each -> any.outputs().getOrDefault(each, each))
                .toArray(String[]::new));
  }
}
