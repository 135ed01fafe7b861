package io.kindling.spark.stage;

import io.kindling.spark.checkpoint.Checkpointing;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.training.EarlyStopping;
import io.kindling.training.Strategy;
import io.kindling.training.TrainingPlan;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.network.util.JavaUtils;

/** The params of a stage that trains; made with the stage, answered by {@link TrainingStage}. */
public final class TrainingParams {

  /**
   * Seconds within which executors come and workers join; to unpack the engine takes some of them.
   */
  static final int DEFAULT_WORKER_START_TIMEOUT = 60;

  final Param<String> network;
  final Param<String> optimizer;
  final Param<String> strategy;
  final IntParam epochs;
  final IntParam batchSize;
  final DoubleParam learningRate;
  final IntParam numWorkers;
  final IntParam minWorkers;
  final IntParam maxWorkers;
  final IntParam numShards;
  final LongParam seed;
  final DoubleParam validationFraction;
  final Param<String> validationIndicatorCol;
  final Param<String> weightCol;
  final Param<String> metrics;
  final IntParam patience;
  final DoubleParam minImprovement;
  final Param<String> initialModel;
  final Param<String> checkpointDir;
  final Param<String> checkpointInterval;
  final IntParam keepCheckpoints;
  final Param<String> resumeFrom;
  final IntParam workerStartTimeout;
  final Param<String> rowMemory;

  /** No param, because it is no literal. */
  TrainingCallback callback = TrainingCallback.none();

  TrainingParams(Params stage) {
    String parent = stage.uid();
    network =
        new Param<>(parent, "network", "network to train, as its canonical JSON", String.class);
    optimizer = new Param<>(parent, "optimizer", "optimizer, as its canonical JSON", String.class);
    strategy =
        new Param<>(
            parent,
            "strategy",
            "how workers agree on parameters, as its canonical JSON",
            String.class);
    epochs = new IntParam(parent, "epochs", "passes over the data (>= 1)", ParamValidators.gtEq(1));
    batchSize =
        new IntParam(
            parent, "batchSize", "rows per step over all workers (>= 1)", ParamValidators.gtEq(1));
    learningRate =
        new DoubleParam(
            parent,
            "learningRate",
            "first learning rate; overrides the optimizer's (> 0)",
            ParamValidators.gt(0));
    numWorkers =
        new IntParam(
            parent,
            "numWorkers",
            "workers that train together (>= 1); default: one per executor",
            ParamValidators.gtEq(1));
    minWorkers =
        new IntParam(
            parent,
            "minWorkers",
            "(expert) workers with which training begins, and goes on where others are lost (1 <= minWorkers <="
                + " numWorkers); default: numWorkers, so that it waits for others in their place",
            ParamValidators.gtEq(1));
    maxWorkers =
        new IntParam(
            parent,
            "maxWorkers",
            "(expert) workers that may join as executors come (>= numWorkers); default: numWorkers",
            ParamValidators.gtEq(1));
    numShards =
        new IntParam(
            parent,
            "numShards",
            "(expert) logical shards of the data (>= numWorkers); equal numbers give equal results for any number of"
                + " workers; default: 8, or numWorkers if that is more",
            ParamValidators.gtEq(1));
    seed =
        new LongParam(
            parent, "seed", "of the first parameters, the order of rows and the random layers");
    validationFraction =
        new DoubleParam(
            parent,
            "validationFraction",
            "share of the rows kept for validation, by seed (0 <= share < 1)",
            ParamValidators.inRange(0, 1, true, false));
    validationIndicatorCol =
        new Param<>(
            parent,
            "validationIndicatorCol",
            "boolean column: true where a row is for validation",
            String.class);
    weightCol =
        new Param<>(
            parent, "weightCol", "numeric column: how much a row counts (>= 0)", String.class);
    metrics =
        new Param<>(
            parent,
            "metrics",
            "what to watch of the first output with a loss, as JSON",
            String.class);
    patience =
        new IntParam(
            parent,
            "patience",
            "epochs without a lower loss, of the validation if there is one, after which training ends and goes back to"
                + " the best epoch (>= 1); 0 for never",
            ParamValidators.gtEq(0));
    minImprovement =
        new DoubleParam(
            parent,
            "minImprovement",
            "(expert) by how much the loss has to become less for patience to count from anew (>= 0)",
            ParamValidators.gtEq(0));
    initialModel =
        new Param<>(
            parent,
            "initialModel",
            "path of a saved model whose parameters training begins with; its network is that of this stage",
            String.class);
    checkpointDir =
        new Param<>(
            parent,
            "checkpointDir",
            "folder, on any file system Hadoop knows, in which each training has one of its own for its checkpoints",
            String.class);
    checkpointInterval =
        new Param<>(
            parent,
            "checkpointInterval",
            "between two checkpoints: a number and steps, epochs or minutes",
            Checkpointing::isInterval,
            String.class);
    keepCheckpoints =
        new IntParam(
            parent,
            "keepCheckpoints",
            "(expert) how many of the newest checkpoints are kept (>= 1), beside the one of the best epoch",
            ParamValidators.gtEq(1));
    resumeFrom =
        new Param<>(
            parent,
            "resumeFrom",
            "a checkpoint, or the newest of this training in a folder, to go on from; where it is checkpointDir and holds"
                + " none, training begins anew",
            String.class);
    workerStartTimeout =
        new IntParam(
            parent,
            "workerStartTimeout",
            "(expert) seconds within which all workers must have joined (>= 1)",
            ParamValidators.gtEq(1));
    rowMemory =
        new Param<>(
            parent,
            "rowMemory",
            "(expert) memory in which each worker keeps rows, as in 512m or 2g; further rows go to Spark's local"
                + " directories; default: 0.3 of the executor's heap, divided by its workers",
            TrainingParams::isSize,
            String.class);
    stage.setDefault(strategy, Strategy.allReduced().toJson());
    stage.setDefault(epochs, TrainingPlan.DEFAULT_EPOCHS);
    stage.setDefault(batchSize, TrainingPlan.DEFAULT_BATCH_SIZE);
    stage.setDefault(seed, 0L);
    stage.setDefault(validationFraction, 0.0);
    stage.setDefault(patience, EarlyStopping.NEVER.patience());
    stage.setDefault(minImprovement, EarlyStopping.NEVER.minImprovement());
    stage.setDefault(checkpointInterval, Checkpointing.DEFAULT_INTERVAL);
    stage.setDefault(keepCheckpoints, Checkpointing.DEFAULT_KEPT);
    stage.setDefault(workerStartTimeout, DEFAULT_WORKER_START_TIMEOUT);
  }

  /** Whether Spark takes a text for a number of bytes. */
  private static boolean isSize(String text) {
    try {
      return JavaUtils.byteStringAsBytes(text) >= 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
