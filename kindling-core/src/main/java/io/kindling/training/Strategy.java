package io.kindling.training;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** How workers agree on parameters. An immutable value; thread-safe. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AllReduced.class, name = "all_reduced"),
  @JsonSubTypes.Type(value = Thresholded.class, name = "thresholded"),
  @JsonSubTypes.Type(value = Sharded.class, name = "sharded"),
  @JsonSubTypes.Type(value = LocalSgd.class, name = "local_sgd"),
  @JsonSubTypes.Type(value = Served.class, name = "served")
})
public sealed interface Strategy permits AllReduced, Thresholded, Sharded, LocalSgd, Served {

  /** All workers sum their gradients in every step: the same result with any number of workers. */
  static Strategy allReduced() {
    return new AllReduced(WireFormat.FLOAT32);
  }

  /**
   * The same with gradients that travel in another format. What rounding loses is kept and added in
   * the next step: Seide et al., <i>1-Bit Stochastic Gradient Descent</i>, 2014; Karimireddy et
   * al., <i>Error Feedback Fixes SignSGD</i>, 2019.
   */
  static Strategy allReduced(WireFormat format) {
    return new AllReduced(format);
  }

  /**
   * The same with only those numbers of the gradients that have added up to a threshold. The rest
   * is kept and added in the next step.
   *
   * @param share of the numbers that travels in a step, such as 0.001
   */
  static Strategy allReducedAbove(double share) {
    return new Thresholded(share);
  }

  /**
   * All workers sum their gradients in every step, and each takes the optimizer's step on its share
   * of the parameters: the result is that of {@link #allReduced()}, the work of the step is
   * divided.
   */
  static Strategy sharded() {
    return new Sharded(Sharded.DEFAULT_AGREEMENT);
  }

  /**
   * Every worker trains by itself on its own rows, and all take the mean of their parameters every
   * so many steps. Stich, <i>Local SGD Converges Fast and Communicates Little</i>, 2019.
   *
   * @param interval steps
   */
  static Strategy localSgd(int interval) {
    return new LocalSgd(interval, 1, 0);
  }

  /** Every worker trains by itself, and all take the mean of their parameters after each epoch. */
  static Strategy averagedEpochs() {
    return new LocalSgd(LocalSgd.EPOCH, 1, 0);
  }

  /**
   * Local SGD whose mean is the gradient of an outer optimizer: Nesterov's with rate 0.7 and
   * momentum 0.9. Douillard et al., <i>DiLoCo: Distributed Low-Communication Training of Language
   * Models</i>, 2023, where workers go 500 steps by themselves, with AdamW.
   *
   * @param interval steps
   */
  static Strategy diLoCo(int interval) {
    return new LocalSgd(interval, 0.7, 0.9);
  }

  /**
   * How many of the workers have rows: those of the lowest ranks. The others only serve.
   *
   * @param workers in all
   */
  default int learners(int workers) {
    return workers;
  }

  /**
   * Before a training begins.
   *
   * @param workers it is to begin with
   * @throws IllegalArgumentException if there is nothing for them to do
   */
  default void refuseTooFew(int workers) {}

  /** In which gradients travel where they are rounded. */
  default WireFormat format() {
    return WireFormat.FLOAT32;
  }

  /** Calls the method of the visitor that belongs to this strategy. */
  <R, E extends Exception> R accept(StrategyVisitor<R, E> visitor) throws E;

  /** One text per strategy; {@link #parse} makes an equal one of it. */
  default String toJson() {
    try {
      return Texts.JSON.writerFor(Strategy.class).writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write the strategy as JSON", e);
    }
  }

  /**
   * Makes the strategy of its text.
   *
   * @throws IllegalArgumentException if the text is none
   */
  static Strategy parse(String json) {
    try {
      Strategy strategy = Texts.JSON.readValue(json, Strategy.class);
      if (strategy == null) {
        throw new IllegalArgumentException("Invalid strategy: its text is 'null'.");
      }
      return strategy;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid strategy: " + e.getOriginalMessage(), e);
    }
  }

  /** How strategies become texts. */
  final class Texts {

    private static final JsonMapper JSON =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Texts() {}
  }
}
