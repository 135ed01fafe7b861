package io.kindling.optimizer;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.network.ParameterMirror;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A chain of transformations: the gradient goes in at the front, what comes out at the end is added
 * to the parameters.
 *
 * <p>Work goes block by block: run the chain, add to the parameters, write them where the engine
 * reads them, all while the block is in the cache. A transformation that needs the norm of the
 * whole update cuts the chain: the part before it runs over all blocks first.
 *
 * <p>An immutable value; thread-safe.
 */
public record Optimizer(@JsonProperty("chain") List<GradientTransform> chain) {

  /**
   * Floats per block: a block with its slots and parameters fits the first-level cache. With 4096,
   * Adam took a third longer over 1.7 million parameters.
   */
  static final int BLOCK = 1024;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  public Optimizer {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid optimizer: its chain is empty. Use one of Optimizers.");
    }
  }

  static Optimizer chain(GradientTransform... links) {
    return new Optimizer(List.of(links));
  }

  /** This optimizer behind a clipping of the gradient to a global norm. */
  public Optimizer clippedByGlobalNorm(double maxNorm) {
    return behind(new ClipByGlobalNorm(maxNorm));
  }

  /** This optimizer behind a clipping of each number of the gradient. */
  public Optimizer clippedByValue(double most) {
    return behind(new ClipByValue(most));
  }

  private Optimizer behind(GradientTransform first) {
    List<GradientTransform> links = new ArrayList<>(chain);
    links.add(0, first);
    return new Optimizer(links);
  }

  /**
   * This optimizer with another learning rate.
   *
   * @throws IllegalStateException if it has none
   */
  public Optimizer withLearningRate(LearningRate learningRate) {
    if (chain.stream().noneMatch(ScaleByLearningRate.class::isInstance)) {
      throw withoutLearningRate();
    }
    return new Optimizer(
        chain.stream()
            .map(
                link ->
                    link instanceof ScaleByLearningRate
                        ? new ScaleByLearningRate(learningRate)
                        : link)
            .toList());
  }

  /** This optimizer with its schedule in proportion to another rate. */
  public Optimizer withLearningRate(double rate) {
    return withLearningRate(learningRate().withRate(rate));
  }

  /** The schedule of the chain's step length. */
  public LearningRate learningRate() {
    return chain.stream()
        .filter(ScaleByLearningRate.class::isInstance)
        .map(link -> ((ScaleByLearningRate) link).learningRate())
        .findFirst()
        .orElseThrow(this::withoutLearningRate);
  }

  private IllegalStateException withoutLearningRate() {
    return new IllegalStateException("The optimizer " + this + " has no learning rate.");
  }

  /** Arrays of state, each as long as the parameters. */
  public int slots() {
    return chain.stream().mapToInt(GradientTransform::slots).sum();
  }

  /** The state before the first step. */
  public OptimizerState init(int size) {
    return new OptimizerState(new float[slots()][size]);
  }

  /**
   * One step, in place: {@code parameters} and the arrays of {@code state} hold the new values
   * afterwards, and the mirror the new parameters.
   *
   * @param step from 1
   * @param gradient at least as long as the parameters; holds the update afterwards
   */
  public OptimizerState update(
      OptimizerState state,
      long step,
      float[] gradient,
      float[] parameters,
      ParameterMirror mirror) {
    List<BoundTransform> links = new ArrayList<>();
    int slot = 0;
    for (GradientTransform link : chain) {
      double norm = Double.NaN;
      if (link.needsGlobalNorm()) {
        for (int from = 0; from < parameters.length; from += BLOCK) {
          transform(links, gradient, from, end(from, parameters), parameters);
        }
        links.clear();
        norm = norm(gradient, parameters.length);
      }
      float[][] slots = Arrays.copyOfRange(state.slots(), slot, slot + link.slots());
      slot += link.slots();
      links.add(new BoundTransform(link.at(step, norm), slots));
    }
    for (int from = 0; from < parameters.length; from += BLOCK) {
      int to = end(from, parameters);
      transform(links, gradient, from, to, parameters);
      add(gradient, from, to, parameters);
      mirror.write(parameters, from, to - from);
    }
    return state;
  }

  /** A transformation in one step, with its state. */
  private record BoundTransform(BlockTransform transform, float[][] slots) {}

  /** Runs the chain over one block. */
  private static void transform(
      List<BoundTransform> links, float[] update, int from, int to, float[] parameters) {
    for (BoundTransform link : links) {
      link.transform().apply(new Block(update, from, to, parameters, link.slots()));
    }
  }

  private static int end(int from, float[] parameters) {
    return Math.min(from + BLOCK, parameters.length);
  }

  private static double norm(float[] update, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (double) update[i] * update[i];
    }
    return Math.sqrt(sum);
  }

  private static void add(float[] update, int from, int to, float[] parameters) {
    for (int i = from; i < to; i++) {
      parameters[i] += update[i];
    }
  }

  /** One text per optimizer; {@link #parse} makes an equal optimizer of it. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Failed to write the optimizer as JSON", e);
    }
  }

  /**
   * Makes the optimizer of its text.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static Optimizer parse(String json) {
    try {
      Optimizer optimizer = JSON.readValue(json, Optimizer.class);
      if (optimizer == null) {
        throw new IllegalArgumentException("Invalid optimizer: its text is 'null'.");
      }
      return optimizer;
    } catch (InvalidTypeIdException e) {
      throw new IllegalArgumentException("Unknown optimizer part '" + e.getTypeId() + "'.", e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid optimizer: " + e.getOriginalMessage(), e);
    }
  }
}
