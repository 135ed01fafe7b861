package io.kindling.cli.job;

import io.kindling.cli.grammar.Choice;
import io.kindling.cli.grammar.Field;
import io.kindling.cli.grammar.Fields;
import io.kindling.cli.grammar.Items;
import io.kindling.cli.grammar.Numeral;
import io.kindling.cli.grammar.Place;
import io.kindling.cli.grammar.Text;
import io.kindling.metric.Metric;
import io.kindling.network.Network;
import io.kindling.optimizer.Optimizer;
import io.kindling.spark.input.Device;
import io.kindling.spark.input.LengthPolicy;
import io.kindling.spark.input.NullPolicy;
import io.kindling.spark.stage.TrainingStage;
import io.kindling.training.Strategy;
import io.kindling.training.TrainingPlan;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long, in which steps and on which rows a network is trained.
 *
 * @param workers 0 for one per executor
 * @param validationIndicator a column that is true where a row is for validation
 * @param weight a column that says how much a row counts
 * @param metrics what is watched; the task's own unless some are named
 * @param patience epochs without improvement after which training ends; 0 for never
 * @param minImprovement by how much the loss has to become less to count as improvement
 * @param initialModel a saved model whose parameters training begins with
 * @param nulls what becomes of nulls, by the network's column; {@code *} for all others
 * @param lengths what becomes of arrays of another length, likewise
 * @param survival how it goes on where workers come and go
 */
public record Training(
    Optimizer optimizer,
    Strategy strategy,
    int epochs,
    int batchSize,
    int workers,
    long seed,
    double validationFraction,
    Optional<String> validationIndicator,
    Optional<String> weight,
    List<Metric> metrics,
    int patience,
    double minImprovement,
    Optional<String> initialModel,
    Map<String, String> nulls,
    Map<String, String> lengths,
    Device device,
    Survival survival) {

  public Training {
    metrics = List.copyOf(metrics);
    nulls = Map.copyOf(nulls);
    lengths = Map.copyOf(lengths);
  }

  /** Stands for the columns that are not named. */
  private static final String OTHERS = "*";

  /** A job's fields about training, behind others. */
  static Fields addedTo(Fields job) {
    return Survival.addedTo(ownAddedTo(job));
  }

  private static Fields ownAddedTo(Fields job) {
    return job.with(
            "optimizer",
            Field.optional(OptimizerKinds.RULE, "how gradients change parameters; adam unless set"))
        .with(
            "strategy",
            Field.optional(
                StrategyKinds.RULE, "how workers agree on parameters; all-reduce unless set"))
        .with(
            "epochs",
            Field.optional(Numeral.from(1), "passes over the data", TrainingPlan.DEFAULT_EPOCHS))
        .with(
            "batchSize",
            Field.optional(
                Numeral.from(1), "rows per step over all workers", TrainingPlan.DEFAULT_BATCH_SIZE))
        .with(
            "workers",
            Field.optional(
                Numeral.from(0), "workers that train together; 0 for one per executor", 0))
        .with(
            "seed",
            Field.optional(
                Numeral.LONG,
                "of parameters, the order of rows, random layers, and which rows are for testing",
                0))
        .with(
            "validationFraction",
            Field.optional(
                Numeral.share(), "share of the rows scored after every epoch, not trained on", 0.0))
        .with(
            "validationIndicator",
            Field.optional(
                new Text("a column"), "a boolean column, true where a row is for validation"))
        .with(
            "weight",
            Field.optional(new Text("a column"), "a column that says how much a row counts"))
        .with(
            "metrics",
            Field.optional(
                new Items("a list of metrics", Vocabulary.METRICS.rule(), 1), "what is watched"))
        .with(
            "earlyStopping",
            Field.optional(
                Fields.of("earlyStopping")
                    .with(
                        "patience",
                        Field.required(
                            Numeral.from(1), "epochs without a lower loss after which it ends"))
                    .with(
                        "minImprovement",
                        Field.optional(
                            new Numeral(
                                "a number of 0 or more", false, 0, Double.POSITIVE_INFINITY),
                            "by how much the loss has to become less",
                            0.0)),
                "ends training where the loss, of the validation if there is one, becomes no less,"
                    + " and goes back to the best epoch"))
        .with(
            "initialModel",
            Field.optional(
                new Text("a path"),
                "a saved model with the same network, whose parameters training begins with"))
        .with(
            "nulls",
            Field.optional(
                byColumn(NullPolicy.values()),
                "what becomes of nulls, by a column that the network reads; \"*\" for all others"))
        .with(
            "lengths",
            Field.optional(
                byColumn(LengthPolicy.values()),
                "what becomes of arrays shorter or longer than the network's input, likewise"))
        .with(
            "device",
            Field.optional(
                new Choice(Device.names()),
                "what the network computes on; gpu for those that Spark gives to tasks",
                Device.CPU.toString()));
  }

  private static Fields byColumn(Object[] policies) {
    return Fields.of("policies by column")
        .withOthers(new Choice(Arrays.stream(policies).map(Object::toString).toList()));
  }

  static Training read(Place job, Optimizer optimizer, Strategy strategy, List<Metric> metrics) {
    return new Training(
        optimizer,
        strategy,
        job.field("epochs").count(TrainingPlan.DEFAULT_EPOCHS),
        job.field("batchSize").count(TrainingPlan.DEFAULT_BATCH_SIZE),
        job.field("workers").count(0),
        job.field("seed").value().asLong(0),
        job.field("validationFraction").number(0),
        job.field("validationIndicator").text(),
        job.field("weight").text(),
        metrics,
        job.field("earlyStopping").field("patience").count(0),
        job.field("earlyStopping").field("minImprovement").number(0),
        job.field("initialModel").text(),
        job.field("nulls").textsByName(),
        job.field("lengths").textsByName(),
        Device.named(job.field("device").text().orElse(Device.CPU.toString())),
        Survival.read(job));
  }

  /** A stage that trains a network in this way. */
  <S extends TrainingStage<S>> S of(S stage, Network network) {
    S set =
        stage
            .setNetwork(network)
            .setOptimizer(optimizer)
            .setStrategy(strategy)
            .setEpochs(epochs)
            .setBatchSize(batchSize)
            .setSeed(seed)
            .setValidationFraction(validationFraction)
            .setPatience(patience)
            .setMinImprovement(minImprovement)
            .setDevice(device);
    if (!metrics.isEmpty()) {
      set.setMetrics(metrics.toArray(Metric[]::new));
    }
    if (workers > 0) {
      set.setNumWorkers(workers);
    }
    validationIndicator.ifPresent(set::setValidationIndicatorCol);
    weight.ifPresent(set::setWeightCol);
    initialModel.ifPresent(set::setInitialModel);
    survival.applyTo(set);
    nulls.forEach((column, policy) -> set.setNullPolicy(NullPolicy.named(policy), named(column)));
    lengths.forEach(
        (column, policy) -> set.setLengthPolicy(LengthPolicy.named(policy), named(column)));
    return set;
  }

  private static String[] named(String column) {
    return column.equals(OTHERS) ? new String[0] : new String[] {column};
  }
}
