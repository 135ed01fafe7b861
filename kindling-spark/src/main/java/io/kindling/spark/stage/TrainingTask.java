package io.kindling.spark.stage;

import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.spark.checkpoint.CheckpointInterval;
import io.kindling.spark.checkpoint.Checkpointing;
import io.kindling.spark.column.ColumnBinding;
import io.kindling.spark.column.ColumnInput;
import io.kindling.spark.job.JobSettings;
import io.kindling.spark.job.TrainingExtras;
import io.kindling.spark.job.TrainingJob;
import io.kindling.spark.storage.ArchiveReader;
import io.kindling.tensor.TensorSpec;
import io.kindling.training.EarlyStopping;
import io.kindling.training.TrainingPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a stage trains, as its params say now: the same for all that train.
 *
 * @param name of the stage, for messages
 * @param inputs what the network reads
 * @param columns one per input of the network, in its order, then one per target, then the weight
 */
record TrainingTask(
    TrainingStage<?> stage,
    String name,
    Objective objective,
    InputColumns inputs,
    List<ColumnInput> columns) {

  /**
   * Binds inputs and labels, classes where the losses take them, else numbers.
   *
   * @param labels a column for each target of the objective, in its order
   */
  static TrainingTask of(
      TrainingStage<?> stage,
      String name,
      Objective objective,
      InputColumns inputs,
      List<String> labels) {
    List<ColumnInput> targets = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      TensorSpec target = objective.targets().get(i);
      targets.add(target(labels.get(i), target, objective, classes(target, objective)));
    }
    return ofColumns(stage, name, objective, inputs, targets);
  }

  private static ColumnInput target(
      String column, TensorSpec target, Objective objective, int classes) {
    if (classes > 0) {
      return ColumnInput.label(column, target, classes);
    }
    Loss loss = objective.losses().get(target.name());
    return loss != null && loss.takesYesOrNo()
        ? ColumnInput.share(column, target)
        : ColumnInput.target(column, target);
  }

  /** The classes that a target is of, by the loss of the output that bears its name; 0 for none. */
  private static int classes(TensorSpec target, Objective objective) {
    Loss loss = objective.losses().get(target.name());
    return loss == null
        ? 0
        : objective.network().outputs().stream()
            .filter(output -> output.name().equals(target.name()))
            .mapToInt(loss::classes)
            .sum();
  }

  /** With the objective's only target as a number, or as a class where there are some. */
  static TrainingTask ofOneLabel(
      TrainingStage<?> stage,
      String name,
      Objective objective,
      InputColumns inputs,
      String label,
      int classes) {
    if (objective.targets().size() != 1) {
      throw new IllegalArgumentException(
          "Unsupported network with targets "
              + objective.targets()
              + ". "
              + name
              + " feeds one, from labelCol; use NeuralEstimator.");
    }
    TensorSpec target = objective.targets().get(0);
    return ofColumns(
        stage, name, objective, inputs, List.of(target(label, target, objective, classes)));
  }

  private static TrainingTask ofColumns(
      TrainingStage<?> stage,
      String name,
      Objective objective,
      InputColumns inputs,
      List<ColumnInput> targets) {
    List<ColumnInput> columns = new ArrayList<>(inputs.inputs());
    columns.addAll(targets);
    if (!stage.isDefined(stage.weightCol())) {
      return new TrainingTask(stage, name, objective, inputs, columns);
    }
    columns.add(ColumnInput.weight(stage.getWeightCol(), Objective.WEIGHT));
    return new TrainingTask(stage, name, objective.weighted(), inputs, columns);
  }

  /**
   * Checks that a table has what is trained on.
   *
   * @throws IllegalArgumentException naming all that it lacks
   */
  void check(StructType schema) {
    Mismatches.refuseAny(() -> checkColumns(schema), () -> checkValidation(schema));
  }

  private void checkColumns(StructType schema) {
    ColumnBinding.of(name, schema, columns);
  }

  private void checkValidation(StructType schema) {
    if (stage.getValidationIndicatorCol().isEmpty()) {
      return;
    }
    String indicator = stage.getValidationIndicatorCol().get();
    double fraction = stage.getValidationFraction();
    if (fraction > 0) {
      throw new IllegalArgumentException(
          "Invalid params: validationIndicatorCol '%s' and a validationFraction of %s both say which"
                  .formatted(indicator, fraction)
              + " rows are for validation. Set one of them.");
    }
    int place = Arrays.asList(schema.fieldNames()).indexOf(indicator);
    if (place < 0) {
      throw new IllegalArgumentException(
          "Column '%s' is missing. validationIndicatorCol names a boolean column. The columns are %s."
              .formatted(indicator, Arrays.toString(schema.fieldNames())));
    }
    if (!schema.apply(place).dataType().equals(DataTypes.BooleanType)) {
      throw new IllegalArgumentException(
          "Column '%s' has type %s. validationIndicatorCol needs a boolean column, true where a row is"
                  .formatted(indicator, schema.apply(place).dataType().catalogString())
              + " for validation.");
    }
  }

  /** Trains; see {@link TrainingJob#run}. */
  TrainingJob.Result run(Dataset<?> dataset) {
    return new TrainingJob(plan(), settings(), name, extras(dataset.sparkSession()))
        .run(inputs.withoutDropped(dataset), columns);
  }

  private TrainingPlan plan() {
    return TrainingPlan.of(objective)
        .withOptimizer(stage.getOptimizer())
        .withEpochs(stage.getEpochs())
        .withBatchSize(stage.getBatchSize())
        .withSeed(stage.getSeed())
        .withStrategy(stage.getStrategy())
        .withEarlyStopping(new EarlyStopping(stage.getPatience(), stage.getMinImprovement()));
  }

  private JobSettings settings() {
    refuseUnused(stage.checkpointInterval(), stage.checkpointDir());
    refuseUnused(stage.keepCheckpoints(), stage.checkpointDir());
    return new JobSettings(
        number(stage.numWorkers()),
        number(stage.minWorkers()),
        number(stage.maxWorkers()),
        number(stage.numShards()),
        stage.getValidationFraction(),
        stage.getValidationIndicatorCol(),
        text(stage.checkpointDir())
            .map(
                folder ->
                    new Checkpointing(
                        folder,
                        CheckpointInterval.parse(stage.getOrDefault(stage.checkpointInterval()))
                            .orElseThrow(),
                        (int) stage.getOrDefault(stage.keepCheckpoints()))),
        text(stage.resumeFrom()),
        Duration.ofSeconds((int) stage.getOrDefault(stage.workerStartTimeout())),
        stage.getRowMemory(),
        stage.getDevice());
  }

  private void refuseUnused(Param<?> param, Param<?> needed) {
    if (stage.isSet(param) && !stage.isDefined(needed)) {
      throw new IllegalArgumentException(
          "%s is set to %s without %s, and would do nothing. Set both, or neither."
              .formatted(param.name(), stage.getOrDefault(param), needed.name()));
    }
  }

  private Optional<String> text(Param<String> param) {
    return stage.isDefined(param) ? Optional.of(stage.getOrDefault(param)) : Optional.empty();
  }

  private OptionalInt number(IntParam param) {
    return stage.isDefined(param)
        ? OptionalInt.of((int) stage.getOrDefault(param))
        : OptionalInt.empty();
  }

  private TrainingExtras extras(SparkSession session) {
    Configuration hadoop = session.sparkContext().hadoopConfiguration();
    return new TrainingExtras(
        stage.getInitialModel().map(path -> ArchiveReader.model(path, hadoop)),
        stage.training().callback);
  }
}
