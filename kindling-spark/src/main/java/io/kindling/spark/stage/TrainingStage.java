package io.kindling.spark.stage;

import io.kindling.metric.Metric;
import io.kindling.metric.MetricJson;
import io.kindling.network.Network;
import io.kindling.network.NetworkFormat;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import io.kindling.spark.event.TrainingCallback;
import io.kindling.training.Strategy;
import io.kindling.training.TrainingPlan;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.network.util.JavaUtils;

/**
 * What all stages that train have in common. Five settings stand in front: network, epochs, batch
 * size, learning rate and workers; the others have defaults that suit most.
 *
 * @param <S> the stage itself, which setters return
 */
public interface TrainingStage<S extends TrainingStage<S>> extends NetworkStage<S> {

  /** The params; an implementation detail that Java asks to be public. */
  TrainingParams training();

  default Param<String> network() {
    return training().network;
  }

  default Param<String> optimizer() {
    return training().optimizer;
  }

  default Param<String> strategy() {
    return training().strategy;
  }

  default IntParam epochs() {
    return training().epochs;
  }

  default IntParam batchSize() {
    return training().batchSize;
  }

  default DoubleParam learningRate() {
    return training().learningRate;
  }

  default IntParam numWorkers() {
    return training().numWorkers;
  }

  default IntParam minWorkers() {
    return training().minWorkers;
  }

  default IntParam maxWorkers() {
    return training().maxWorkers;
  }

  default IntParam numShards() {
    return training().numShards;
  }

  default LongParam seed() {
    return training().seed;
  }

  default DoubleParam validationFraction() {
    return training().validationFraction;
  }

  default Param<String> validationIndicatorCol() {
    return training().validationIndicatorCol;
  }

  default Param<String> weightCol() {
    return training().weightCol;
  }

  default Param<String> metrics() {
    return training().metrics;
  }

  default IntParam patience() {
    return training().patience;
  }

  default DoubleParam minImprovement() {
    return training().minImprovement;
  }

  default Param<String> initialModel() {
    return training().initialModel;
  }

  default Param<String> checkpointDir() {
    return training().checkpointDir;
  }

  default Param<String> checkpointInterval() {
    return training().checkpointInterval;
  }

  default IntParam keepCheckpoints() {
    return training().keepCheckpoints;
  }

  default Param<String> resumeFrom() {
    return training().resumeFrom;
  }

  default IntParam workerStartTimeout() {
    return training().workerStartTimeout;
  }

  default Param<String> rowMemory() {
    return training().rowMemory;
  }

  /** The network to train. */
  default S setNetwork(Network value) {
    return put(network().w(value.toJson()));
  }

  /** How gradients change parameters; Adam with a learning rate of 0.001 unless set. */
  default S setOptimizer(Optimizer value) {
    return put(optimizer().w(value.toJson()));
  }

  /** How workers agree on parameters: by the sum of their gradients in every step unless set. */
  default S setStrategy(Strategy value) {
    return put(strategy().w(value.toJson()));
  }

  /** Passes over the data. */
  default S setEpochs(int value) {
    return put(epochs().w(value));
  }

  /** Rows per step over all workers. Larger is faster until memory ends; 128 suits most tables. */
  default S setBatchSize(int value) {
    return put(batchSize().w(value));
  }

  /** The first learning rate, in the place of the optimizer's own: the param to tune. */
  default S setLearningRate(double value) {
    return put(learningRate().w(value));
  }

  /** Workers that train together; one per executor unless set. */
  default S setNumWorkers(int value) {
    return put(numWorkers().w(value));
  }

  /**
   * Workers with which training begins, and goes on where others are lost; their rows are then kept
   * twice. As many as {@link #setNumWorkers} says unless set: training waits for others in the
   * place of those that are lost.
   */
  default S setMinWorkers(int value) {
    return put(minWorkers().w(value));
  }

  /** Workers that may join as executors come; as many as it begins with unless set. */
  default S setMaxWorkers(int value) {
    return put(maxWorkers().w(value));
  }

  /**
   * Logical shards of the data. Equal numbers give equal results for any number of workers up to
   * it.
   */
  default S setNumShards(int value) {
    return put(numShards().w(value));
  }

  /** Seed of the first parameters, the order of rows and the random layers. */
  default S setSeed(long value) {
    return put(seed().w(value));
  }

  /** Share of the rows, drawn by the seed, that is scored after every epoch and not trained on. */
  default S setValidationFraction(double value) {
    return put(validationFraction().w(value));
  }

  /** Boolean column that is true where a row is scored after every epoch and not trained on. */
  default S setValidationIndicatorCol(String value) {
    return put(validationIndicatorCol().w(value));
  }

  /**
   * Numeric column that says how much a row counts, 0 or more; all count alike unless set. A step's
   * loss is the mean over its rows of weight times loss, and metrics weigh rows likewise.
   */
  default S setWeightCol(String value) {
    return put(weightCol().w(value));
  }

  /** What to watch, of the first output that has a loss. */
  default S setMetrics(Metric... value) {
    return put(metrics().w(MetricJson.write(List.of(value))));
  }

  /**
   * Epochs without a lower loss after which training ends; the model is then that of the epoch with
   * the lowest. The loss is that of the validation where there is one, else of the training.
   */
  default S setPatience(int epochs) {
    return put(patience().w(epochs));
  }

  /** By how much the loss has to become less for {@link #setPatience} to count from anew. */
  default S setMinImprovement(double value) {
    return put(minImprovement().w(value));
  }

  /**
   * Where a model was saved, by any of Kindling's fitted stages, whose parameters training begins
   * with in place of fresh ones. The network has to have the same arrays. The optimizer begins
   * anew.
   */
  default S setInitialModel(String path) {
    return put(initialModel().w(path));
  }

  /**
   * Hears of every step and epoch, on every worker. No param: copies keep it, a saved stage does
   * not.
   */
  @SuppressWarnings("unchecked") // a stage names itself as S
  default S setCallback(TrainingCallback value) {
    training().callback = Objects.requireNonNull(value, "callback");
    return (S) this;
  }

  /**
   * Folder for checkpoints, on any file system Hadoop knows; none are written unless set. Every
   * training has a folder of its own in it, named by when it began and kept when it has ended; the
   * model's provenance says which.
   */
  default S setCheckpointDir(String path) {
    return put(checkpointDir().w(path));
  }

  /**
   * Between two checkpoints: {@code "1 epoch"} unless set, {@code "500 steps"}, {@code "10
   * minutes"}.
   */
  default S setCheckpointInterval(String interval) {
    return put(checkpointInterval().w(interval));
  }

  /** How many of the newest checkpoints are kept, beside that of the best epoch. */
  default S setKeepCheckpoints(int value) {
    return put(keepCheckpoints().w(value));
  }

  /**
   * Goes on from a checkpoint as if training had never stopped: from the one that is named, or from
   * the newest of this training in a folder. Of several trainings there with the same network,
   * objective, optimizer, batch size and seed, the last to leave a checkpoint is meant. Where the
   * folder is the one that {@link #setCheckpointDir} names and holds none, training begins: so one
   * program begins and resumes.
   */
  default S setResumeFrom(String path) {
    return put(resumeFrom().w(path));
  }

  /** Seconds within which all workers must have joined, or the slots are given back. */
  default S setWorkerStartTimeout(int seconds) {
    return put(workerStartTimeout().w(seconds));
  }

  /**
   * Memory in which each worker keeps rows, in Spark's own words for sizes, as {@code 512m} or
   * {@code 2g}; further rows go to Spark's local directories, and are read ahead of the training
   * from there. 0.3 of the executor's heap, divided by its workers, unless set.
   */
  default S setRowMemory(String size) {
    return put(rowMemory().w(size));
  }

  default Network getNetwork() {
    if (!isDefined(network())) {
      throw new IllegalArgumentException(
          "No network is set. Set one with setNetwork(Network.sequential(Input.of(…), …)).");
    }
    return NetworkFormat.parse($(network()));
  }

  default Optimizer getOptimizer() {
    Optimizer chosen =
        isDefined(optimizer())
            ? Optimizer.parse($(optimizer()))
            : Optimizers.adam(TrainingPlan.DEFAULT_LEARNING_RATE);
    return isDefined(learningRate()) ? chosen.withLearningRate((double) $(learningRate())) : chosen;
  }

  default Strategy getStrategy() {
    return Strategy.parse($(strategy()));
  }

  default String getWeightCol() {
    return $(weightCol());
  }

  /** What is watched; the stage's own choice unless set. */
  default List<Metric> getMetrics(Metric... otherwise) {
    return isDefined(metrics()) ? MetricJson.read($(metrics())) : List.of(otherwise);
  }

  default int getPatience() {
    return (int) $(patience());
  }

  default double getMinImprovement() {
    return (double) $(minImprovement());
  }

  /** Where training begins; empty for fresh parameters. */
  default Optional<String> getInitialModel() {
    return valueOf(initialModel());
  }

  /** Which rows are for validation; empty for a share of them. */
  default Optional<String> getValidationIndicatorCol() {
    return valueOf(validationIndicatorCol());
  }

  default double getValidationFraction() {
    return (double) $(validationFraction());
  }

  private <T> Optional<T> valueOf(Param<T> param) {
    return isDefined(param) ? Optional.of($(param)) : Optional.empty();
  }

  /** Bytes of rows that each worker keeps in memory; empty for a share of its heap. */
  default OptionalLong getRowMemory() {
    return isDefined(rowMemory())
        ? OptionalLong.of(JavaUtils.byteStringAsBytes($(rowMemory())))
        : OptionalLong.empty();
  }

  default int getEpochs() {
    return (int) $(epochs());
  }

  default int getBatchSize() {
    return (int) $(batchSize());
  }

  default long getSeed() {
    return (long) $(seed());
  }

  /** A copy of this stage, with what is no param. */
  default S carried(S copy) {
    return copy.setCallback(training().callback);
  }

  /** Sets a param and returns the stage. */
  @SuppressWarnings("unchecked") // a stage names itself as S
  private S put(ParamPair<?> pair) {
    set(pair);
    return (S) this;
  }
}
