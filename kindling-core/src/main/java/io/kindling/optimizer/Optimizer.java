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
 * <p>Work goes block by block: read the gradient, run the chain, add to the parameters, write them
 * where the engine reads them, all while the block is in the cache. A transformation that needs the
 * norm of the whole update cuts the chain: the part before it runs over all blocks first.
 *
 * <p>An immutable value; thread-safe.
 */
public record Optimizer(@JsonProperty("chain") List<GradientTransform> chain) {

  /**
   * Floats per block: a block with its slots and parameters fits the second-level cache. Sizes from
   * 1024 to 8192 were measured to be equally fast.
   */
  static final int BLOCK = 4096;

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
   */
  public OptimizerState update(
      OptimizerState state,
      long step,
      GradientReader gradient,
      float[] parameters,
      ParameterMirror mirror) {
    GradientReader source = gradient;
    List<BoundTransform> links = new ArrayList<>();
    int slot = 0;
    for (GradientTransform link : chain) {
      double norm = Double.NaN;
      if (link.needsGlobalNorm()) {
        // The gradient itself is read twice; what links before this one make of it must be kept.
        if (!links.isEmpty()) {
          float[] whole = materialize(source, links, parameters);
          source =
              (from, into, offset, length) -> System.arraycopy(whole, from, into, offset, length);
          links.clear();
        }
        norm = norm(source, parameters.length);
      }
      float[][] slots = Arrays.copyOfRange(state.slots(), slot, slot + link.slots());
      slot += link.slots();
      links.add(new BoundTransform(link.at(step, norm), slots, room(slots.length, parameters)));
    }
    float[] update = room(parameters);
    float[] range = room(parameters);
    for (int from = 0; from < parameters.length; from += BLOCK) {
      int length = Math.min(BLOCK, parameters.length - from);
      source.read(from, update, 0, length);
      System.arraycopy(parameters, from, range, 0, length);
      transform(links, update, length, range, from);
      add(update, length, range);
      System.arraycopy(range, 0, parameters, from, length);
      mirror.write(parameters, from, length);
    }
    return state;
  }

  private static float[] room(float[] parameters) {
    return new float[Math.min(BLOCK, parameters.length)];
  }

  private static float[][] room(int slots, float[] parameters) {
    float[][] room = new float[slots][];
    Arrays.setAll(room, slot -> room(parameters));
    return room;
  }

  /**
   * A transformation in one step, with its state.
   *
   * @param slots as long as the parameters
   * @param ranges where a block's part of each slot is worked on
   */
  private record BoundTransform(BlockTransform transform, float[][] slots, float[][] ranges) {

    void apply(float[] update, int length, float[] parameters, int from) {
      for (int slot = 0; slot < slots.length; slot++) {
        System.arraycopy(slots[slot], from, ranges[slot], 0, length);
      }
      transform.apply(new Block(update, length, parameters, ranges));
      for (int slot = 0; slot < slots.length; slot++) {
        System.arraycopy(ranges[slot], 0, slots[slot], from, length);
      }
    }
  }

  /**
   * Runs the chain over one block.
   *
   * @param parameters those of the block
   */
  private static void transform(
      List<BoundTransform> links, float[] update, int length, float[] parameters, int from) {
    for (BoundTransform link : links) {
      link.apply(update, length, parameters, from);
    }
  }

  private static float[] materialize(
      GradientReader source, List<BoundTransform> links, float[] parameters) {
    float[] whole = new float[parameters.length];
    float[] update = room(parameters);
    float[] range = room(parameters);
    for (int from = 0; from < parameters.length; from += BLOCK) {
      int length = Math.min(BLOCK, parameters.length - from);
      source.read(from, update, 0, length);
      System.arraycopy(parameters, from, range, 0, length);
      transform(links, update, length, range, from);
      System.arraycopy(update, 0, whole, from, length);
    }
    return whole;
  }

  private static double norm(GradientReader source, int size) {
    float[] block = new float[Math.min(BLOCK, size)];
    double sum = 0;
    for (int from = 0; from < size; from += BLOCK) {
      int length = Math.min(BLOCK, size - from);
      source.read(from, block, 0, length);
      for (int i = 0; i < length; i++) {
        sum += (double) block[i] * block[i];
      }
    }
    return Math.sqrt(sum);
  }

  private static void add(float[] update, int length, float[] parameters) {
    for (int i = 0; i < length; i++) {
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
