package io.kindling.cli.job;

import io.kindling.cli.grammar.Mistakes;
import io.kindling.cli.grammar.Place;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.checkpoint.Checkpointing;
import io.kindling.tensor.TensorSpec;
import io.kindling.training.Strategy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a job of its document, and finds what the rules alone do not: fields that do not go
 * together, and settings that the core refuses. Goes on where there are mistakes, to find all
 * others, too; what it makes is of no use then.
 *
 * @param folder of the job, where the network's file is looked for
 */
record JobReader(Place job, Path folder, Mistakes mistakes) {

  JobFile read() throws IOException {
    checkTask();
    checkValidation();
    checkSurvival();
    Optional<Architecture> network = Architecture.read(job.field("network"), folder, mistakes);
    Task task = task();
    network.ifPresent(each -> checkNetwork(task, each));
    return new JobFile(
        task,
        data(job.field("data")),
        network.orElse(null),
        Training.read(job, optimizer(), strategy(), metrics()),
        Output.read(job.field("output")));
  }

  private void checkTask() {
    String task = taskName();
    JobRules.TASKS_OF_FIELDS.forEach(
        (field, tasks) -> {
          if (job.field(field).isGiven()
              && JobRules.TASKS.contains(task)
              && !tasks.contains(task)) {
            mistakes.add(
                job.field(field),
                "a job of task %s does not take it; tasks that do are %s."
                    .formatted(task, String.join(", ", tasks)));
          }
        });
  }

  private String taskName() {
    return job.field("task").text().orElse(JobRules.CLASSIFICATION);
  }

  private void checkValidation() {
    if (job.field("validationIndicator").isGiven()
        && job.field("validationFraction").number(0) > 0) {
      mistakes.add(
          job.field("validationIndicator"),
          "validationFraction says, too, which rows are for validation. Set one of them.");
    }
  }

  private void checkSurvival() {
    Place every = job.field("checkpoints").field("every");
    if (every.isGiven() && !Checkpointing.isInterval(every.text().orElse(""))) {
      mistakes.add(
          every, "it is not a number of 1 or more and steps, epochs or minutes, as in 10 minutes.");
    }
    int workers = job.field("workers").count(0);
    int least = job.field("minWorkers").count(0);
    int most = job.field("maxWorkers").count(0);
    if (workers > 0 && least > workers) {
      mistakes.add(job.field("minWorkers"), "it is larger than workers, " + workers + ".");
    }
    if (most > 0 && most < Math.max(workers, least)) {
      mistakes.add(
          job.field("maxWorkers"),
          "it is smaller than workers or minWorkers, " + Math.max(workers, least) + ".");
    }
  }

  private Task task() {
    return switch (taskName()) {
      case JobRules.REGRESSION -> regression();
      case JobRules.ANY -> any();
      default ->
          new Task.Classification(
              Features.read(job.field("features"), mistakes),
              Label.read(job.field("label")),
              job.field("classes").texts(),
              job.field("classWeights").items().stream().map(each -> each.number(0)).toList(),
              loss(job.field("loss")));
    };
  }

  private Task regression() {
    Label label = Label.read(job.field("label"));
    if (label.asClasses()) {
      mistakes.add(job.field("label").field("asClasses"), "only classification has classes.");
    }
    return new Task.Regression(
        Features.read(job.field("features"), mistakes), label.column(), loss(job.field("loss")));
  }

  private Task any() {
    for (String each : List.of("inputs", "labels", "losses")) {
      if (!job.field(each).isGiven()) {
        mistakes.add(job.field(each), "missing; a job of task any needs it.");
      }
    }
    Map<String, Loss> losses = new LinkedHashMap<>();
    job.field("losses")
        .fields()
        .forEach((name, place) -> loss(place).ifPresent(loss -> losses.put(name, loss)));
    return new Task.Any(
        job.field("inputs").textsByName(),
        job.field("labels").textsByName(),
        losses,
        job.field("outputs").textsByName());
  }

  private Optional<Loss> loss(Place place) {
    return place.isGiven()
        ? mistakes.attempt(place, () -> Vocabulary.LOSSES.read(place))
        : Optional.empty();
  }

  private List<Metric> metrics() {
    return job.field("metrics").items().stream()
        .flatMap(each -> mistakes.attempt(each, () -> Vocabulary.METRICS.read(each)).stream())
        .toList();
  }

  private Optimizer optimizer() {
    Place optimizer = job.field("optimizer");
    return mistakes
        .attempt(optimizer, () -> OptimizerKinds.read(optimizer))
        .orElseGet(() -> Optimizers.adam(1));
  }

  /** The strategy, where the workers are enough for it, if the job says how many there are. */
  private Strategy suited(Strategy strategy) {
    int workers = job.field("workers").count(0);
    if (workers > 0) {
      strategy.refuseTooFew(workers);
    }
    return strategy;
  }

  private Strategy strategy() {
    Place strategy = job.field("strategy");
    return mistakes
        .attempt(strategy, () -> suited(StrategyKinds.read(strategy)))
        .orElseGet(Strategy::allReduced);
  }

  private JobFile.Data data(Place data) {
    Place test = data.field("test");
    Place fraction = data.field("testFraction");
    if (test.isGiven() && fraction.number(0) > 0) {
      mistakes.add(fraction, "test names rows to test with. Set one of the two.");
    }
    return new JobFile.Data(
        Source.read(data.field("train"), mistakes),
        test.isGiven() ? Optional.of(Source.read(test, mistakes)) : Optional.empty(),
        fraction.number(0));
  }

  /** Whether the network suits the task, as far as that is known before the data are. */
  private void checkNetwork(Task task, Architecture architecture) {
    Optional<Network> network = architecture.known();
    if (network.isEmpty() && !task.isPrepared()) {
      mistakes.add(
          job.field("network").items().get(0),
          "the input has no shape. Write '- input: {shape: [4]}'; only where features are prepared"
              + " from columns it follows from the data.");
    }
    if (network.isPresent() && task instanceof Task.Classification classification) {
      checkClasses(classification, network.get());
    }
    if (network.isPresent() && task instanceof Task.Any any) {
      checkNames(any, network.get());
    }
  }

  private void checkClasses(Task.Classification task, Network network) {
    int expected = Task.Classification.classes(network);
    if (!task.classes().isEmpty() && task.classes().size() != expected) {
      mistakes.add(
          job.field("classes"),
          "it names %d classes, and the network has %d. Name each of them, or none."
              .formatted(task.classes().size(), expected));
    }
  }

  private void checkNames(Task.Any any, Network network) {
    List<String> inputs = names(network.inputs());
    List<String> outputs = names(network.outputs());
    checkNames("inputs", any.inputs(), "input", inputs);
    checkNames("labels", any.labels(), "output", outputs);
    checkNames("losses", any.losses(), "output", outputs);
    checkNames("outputs", any.outputs(), "output", outputs);
    inputs.stream()
        .filter(each -> !any.inputs().containsKey(each))
        .map(each -> job.field("inputs").field(each))
        .forEach(each -> mistakes.add(each, "missing; the network has this input."));
  }

  private void checkNames(String field, Map<String, ?> given, String what, List<String> known) {
    given.keySet().stream()
        .filter(name -> !known.contains(name))
        .forEach(
            name ->
                mistakes.add(
                    job.field(field).field(name),
                    "the network has no %s of this name; it has %s."
                        .formatted(what, String.join(", ", known))));
  }

  static List<String> names(List<TensorSpec> specs) {
    return specs.stream().map(TensorSpec::name).toList();
  }
}
