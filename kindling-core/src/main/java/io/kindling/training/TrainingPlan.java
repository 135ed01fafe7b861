package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.engine.Objective;
import io.kindling.loss.Loss;
import io.kindling.metric.Metric;
import io.kindling.network.NetworkFormat;
import io.kindling.optimizer.Optimizer;
import io.kindling.optimizer.Optimizers;
import java.util.List;
import java.util.Map;

/**
 * What a training is to do, as a value that can be written as text and sent.
 *
 * @param batchSize rows per step over all workers
 * @param epochs passes over the data
 * @param seed of the first parameters, the order of rows and the random layers
 * @param stopping when it ends before its last epoch
 * @param strategy how workers agree
 */
public record TrainingPlan(
    Objective objective,
    Optimizer optimizer,
    int epochs,
    int batchSize,
    long seed,
    EarlyStopping stopping,
    Strategy strategy) {

  /** Passes over the data: enough to see whether something is learned. */
  public static final int DEFAULT_EPOCHS = 10;

  /** Rows per step over all workers. Larger is faster until memory ends; 128 suits most tables. */
  public static final int DEFAULT_BATCH_SIZE = 128;

  /** Adam's step length in its paper. */
  public static final double DEFAULT_LEARNING_RATE = 1e-3;

  private static final JsonMapper JSON =
      JsonMapper.builder(NetworkFormat.jsonFactory())
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public TrainingPlan {
    if (epochs < 1) {
      throw new IllegalArgumentException(
          "Invalid number of epochs " + epochs + ". Use at least 1.");
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "Invalid batch size " + batchSize + ". Use at least 1 row per step.");
    }
    optimizer.requireNames(objective.network().parameters());
    if (strategy instanceof Sharded && optimizer.needsWholeArrays()) {
      throw new IllegalArgumentException(
          "Unsupported strategy: shards, with an optimizer whose step needs the norm of whole arrays"
              + " or of the whole gradient. A worker has a part of them. Use all-reduce,"
              + " Strategy.allReduced(), or an optimizer that goes number by number.");
    }
    if (optimizer.stepsPerUpdate() > 1
        && strategy instanceof Served served
        && served.exchange() == Served.Exchange.GRADIENTS) {
      throw new IllegalArgumentException(
          "Unsupported strategy: an optimizer that accumulates the gradients of "
              + optimizer.stepsPerUpdate()
              + " steps, on a server of gradients. Let workers exchange every "
              + optimizer.stepsPerUpdate()
              + " steps instead: Served.of(Exchange.GRADIENTS, "
              + optimizer.stepsPerUpdate()
              + ").");
    }
  }

  public static TrainingPlan of(Objective objective) {
    return new TrainingPlan(
        objective,
        Optimizers.adam(DEFAULT_LEARNING_RATE),
        DEFAULT_EPOCHS,
        DEFAULT_BATCH_SIZE,
        0,
        EarlyStopping.NEVER,
        Strategy.allReduced());
  }

  public TrainingPlan withOptimizer(Optimizer optimizer) {
    return new TrainingPlan(objective, optimizer, epochs, batchSize, seed, stopping, strategy);
  }

  public TrainingPlan withEpochs(int epochs) {
    return new TrainingPlan(objective, optimizer, epochs, batchSize, seed, stopping, strategy);
  }

  public TrainingPlan withBatchSize(int batchSize) {
    return new TrainingPlan(objective, optimizer, epochs, batchSize, seed, stopping, strategy);
  }

  public TrainingPlan withSeed(long seed) {
    return new TrainingPlan(objective, optimizer, epochs, batchSize, seed, stopping, strategy);
  }

  public TrainingPlan withEarlyStopping(EarlyStopping stopping) {
    return new TrainingPlan(objective, optimizer, epochs, batchSize, seed, stopping, strategy);
  }

  public TrainingPlan withStrategy(Strategy strategy) {
    return new TrainingPlan(objective, optimizer, epochs, batchSize, seed, stopping, strategy);
  }

  /** The epoch that a training's result is of: the best where it may stop early, else the last. */
  public EpochReport kept(History history) {
    return stopping.isOn() ? history.best() : history.last();
  }

  /** The state before the first step. */
  public TrainingState initialState() {
    return TrainingState.initial(objective.network(), optimizer, seed);
  }

  /** What the text holds. */
  private record Document(
      @JsonProperty("network") String network,
      @JsonProperty("losses") Map<String, Loss> losses,
      @JsonProperty("metrics") List<Metric> metrics,
      @JsonProperty("weighting") Objective.Weighting weighting,
      @JsonProperty("optimizer") Optimizer optimizer,
      @JsonProperty("epochs") int epochs,
      @JsonProperty("batchSize") int batchSize,
      @JsonProperty("seed") long seed,
      @JsonProperty("earlyStopping") EarlyStopping earlyStopping,
      @JsonProperty("strategy") Strategy strategy) {}

  /** One text per plan; {@link #parse} makes an equal plan of it. */
  public String toJson() {
    try {
      return JSON.writerFor(Document.class)
          .writeValueAsString(
              new Document(
                  objective.network().toJson(),
                  objective.losses(),
                  objective.metrics(),
                  objective.weighting(),
                  optimizer,
                  epochs,
                  batchSize,
                  seed,
                  stopping,
                  strategy));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write the plan as JSON", e);
    }
  }

  /**
   * Makes the plan of its text.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static TrainingPlan parse(String json) {
    try {
      Document document = JSON.readValue(json, Document.class);
      if (document == null) {
        throw new IllegalArgumentException("Invalid training plan: its text is 'null'.");
      }
      return new TrainingPlan(
          new Objective(
              NetworkFormat.parse(document.network()),
              document.losses(),
              document.metrics(),
              document.weighting()),
          document.optimizer(),
          document.epochs(),
          document.batchSize(),
          document.seed(),
          document.earlyStopping(),
          document.strategy());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid training plan: " + e.getOriginalMessage(), e);
    }
  }
}
