package io.kindling.optimizer;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kindling.network.ParameterLayout;
import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterMirror;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A chain of transformations: the gradient goes in at the front, what comes out at the end is added
 * to the parameters.
 *
 * <p>An immutable value; thread-safe.
 */
public record Optimizer(
    @JsonProperty("chain") List<GradientTransform> chain,
    @JsonProperty("stepsPerUpdate") int stepsPerUpdate) {

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
    if (chain.stream().filter(AverageParameters.class::isInstance).count() > 1) {
      throw new IllegalArgumentException(
          "Invalid optimizer: it averages its parameters twice. Choose one decay.");
    }
    if (stepsPerUpdate < 1) {
      throw new IllegalArgumentException(
          "Invalid number of steps per update " + stepsPerUpdate + ". Use at least 1.");
    }
  }

  /** A chain that runs in every step. */
  public Optimizer(List<GradientTransform> chain) {
    this(chain, 1);
  }

  static Optimizer chain(GradientTransform... links) {
    return new Optimizer(List.of(links));
  }

  /** This optimizer behind a clipping of the gradient to a global norm. */
  public Optimizer clippedByGlobalNorm(double maxNorm) {
    return clipped(new ClipByGlobalNorm(maxNorm));
  }

  /** This optimizer behind a clipping of each number of the gradient. */
  public Optimizer clippedByValue(double most) {
    return clipped(new ClipByValue(most));
  }

  /** This optimizer behind a clipping of each array's gradient to a norm. */
  public Optimizer clippedByNorm(double maxNorm) {
    return clipped(new ClipByNorm(maxNorm));
  }

  /** This optimizer behind a clipping of each unit's gradient to a share of the unit's norm. */
  public Optimizer clippedAdaptively(double share) {
    return clipped(new ClipAdaptively(share, 1e-3));
  }

  /**
   * This optimizer with 2 λ θ added to the gradients of some parameters, as a penalty λ ‖θ‖₂² in
   * the loss would; the loss itself does not show it. Rows of a table with a sparse gradient have
   * it when they are looked up.
   *
   * @param names of the parameters; see {@link For}
   */
  public Optimizer withL2(String names, double lambda) {
    return behind(new For(names, new AddDecayedWeights(2 * lambda)));
  }

  /**
   * This optimizer with λ sgn θ added to the gradients of some parameters, as a penalty λ ‖θ‖₁ in
   * the loss would.
   */
  public Optimizer withL1(String names, double lambda) {
    return behind(new For(names, new AddSigns(lambda)));
  }

  /** This optimizer, which leaves some parameters as they are. */
  public Optimizer freezing(String names) {
    return withRateFactor(names, 0);
  }

  /** This optimizer with steps of another length for some parameters. */
  public Optimizer withRateFactor(String names, double factor) {
    return before(new For(names, new ScaleBy(factor)));
  }

  /** This optimizer, behind which some parameters are never below zero. */
  public Optimizer withNonNegative(String names) {
    return before(new For(names, new KeepNonNegative()));
  }

  /**
   * This optimizer, behind which the incoming weights of each unit are never longer than a norm.
   */
  public Optimizer withMaxNorm(String names, double maxNorm) {
    return before(new For(names, new KeepMaxNorm(maxNorm)));
  }

  /**
   * This optimizer, whose parameters every so many steps go back a part of the way they have come.
   */
  public Optimizer lookingAhead(int steps, double share) {
    return before(new Lookahead(steps, share));
  }

  /**
   * This optimizer, whose validations and trained model have averages of the parameters. Tables
   * have dense gradients then.
   */
  public Optimizer averagingParameters(double decay) {
    return before(new AverageParameters(decay));
  }

  /**
   * This optimizer with one update in so many steps, on the mean of their gradients: as one step of
   * as many times the rows, in the memory of one, where all steps have as many rows. Tables have
   * dense gradients then. Schedules count updates. Gradients behind the last update of a training
   * are not used.
   */
  public Optimizer accumulating(int steps) {
    return new Optimizer(chain, steps);
  }

  /**
   * This optimizer for the next epoch, as its schedule may depend on how epochs went.
   *
   * @param losses see {@link LearningRate#afterEpochs}
   */
  public Optimizer afterEpochs(List<Double> losses) {
    return hasLearningRate() ? withLearningRate(learningRate().afterEpochs(losses)) : this;
  }

  private Optimizer behind(GradientTransform first) {
    List<GradientTransform> links = new ArrayList<>(chain);
    links.add(0, first);
    return withChain(links);
  }

  /** L-BFGS compares gradients as they are; what is clipped is its direction. */
  private Optimizer clipped(GradientTransform clip) {
    if (!(chain.get(0) instanceof ScaleByLbfgs)) {
      return behind(clip);
    }
    List<GradientTransform> links = new ArrayList<>(chain);
    links.add(1, clip);
    return withChain(links);
  }

  private Optimizer before(GradientTransform last) {
    List<GradientTransform> links = new ArrayList<>(chain);
    int place = links.size();
    while (links.get(place - 1).rank() > last.rank()) {
      place--;
    }
    links.add(place, last);
    return withChain(links);
  }

  private Optimizer withChain(List<GradientTransform> links) {
    return new Optimizer(links, stepsPerUpdate);
  }

  /**
   * This optimizer with another learning rate.
   *
   * @throws IllegalStateException if it has none
   */
  public Optimizer withLearningRate(LearningRate learningRate) {
    if (!hasLearningRate()) {
      throw withoutLearningRate();
    }
    return withChain(
        chain.stream()
            .map(
                link ->
                    link instanceof Scheduled scheduled
                        ? scheduled.withLearningRate(learningRate)
                        : link)
            .toList());
  }

  /** This optimizer with its schedule in proportion to another rate. */
  public Optimizer withLearningRate(double rate) {
    return withLearningRate(learningRate().withRate(rate));
  }

  /** Whether it has a learning rate. */
  public boolean hasLearningRate() {
    return chain.stream().anyMatch(Scheduled.class::isInstance);
  }

  /** The schedule of the chain's step length. */
  public LearningRate learningRate() {
    return chain.stream()
        .filter(Scheduled.class::isInstance)
        .map(link -> ((Scheduled) link).learningRate())
        .findFirst()
        .orElseThrow(this::withoutLearningRate);
  }

  private IllegalStateException withoutLearningRate() {
    return new IllegalStateException("The optimizer " + this + " has no learning rate.");
  }

  /**
   * Checks that every name in the chain is that of a parameter.
   *
   * @throws IllegalArgumentException if one is not; a misspelt name would else do nothing, and say
   *     nothing
   */
  public void requireNames(ParameterLayout layout) {
    List<String> known = layout.views().stream().map(View::name).toList();
    List<String> unknown =
        chain.stream()
            .filter(For.class::isInstance)
            .map(For.class::cast)
            .filter(link -> known.stream().noneMatch(link.isNamed()))
            .map(For::names)
            .distinct()
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "The optimizer names parameters "
              + unknown
              + " that the network does not have. It has "
              + known
              + "; * stands for anything.");
    }
  }

  /** Arrays of state, each as long as the parameters: the chain's, then the sum of gradients. */
  public int slots() {
    return slotsOfChain() + (stepsPerUpdate > 1 ? 1 : 0);
  }

  private int slotsOfChain() {
    return chain.stream().mapToInt(GradientTransform::slots).sum();
  }

  /**
   * What validations and the trained model have: the parameters, or the averages that are kept.
   *
   * @param steps done; before the first update there is no average
   */
  public float[] learned(OptimizerState state, float[] parameters, long steps) {
    if (steps < stepsPerUpdate) {
      return parameters;
    }
    int slot = 0;
    for (GradientTransform link : chain) {
      if (link instanceof AverageParameters) {
        return state.slots()[slot];
      }
      slot += link.slots();
    }
    return parameters;
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
   * @param gradient its arrays hold the update afterwards. Rows of which it says nothing stay as
   *     they are, with what is remembered of them
   * @param layout where each array of the network lies in {@code parameters}; what lies between
   *     them stays as it is
   */
  public OptimizerState update(
      OptimizerState state,
      long step,
      StepGradient gradient,
      float[] parameters,
      ParameterLayout layout,
      ParameterMirror mirror) {
    if (stepsPerUpdate == 1 || isUpdate(state, step, gradient.dense())) {
      new OptimizerStep(
              chain, step / stepsPerUpdate, gradient, parameters, state.slots(), layout, mirror)
          .run();
    }
    return state;
  }

  /** Adds to the sum of gradients; true where their mean, now in their place, makes an update. */
  private boolean isUpdate(OptimizerState state, long step, float[] gradient) {
    float[] sum = state.slots()[slotsOfChain()];
    boolean isLast = step % stepsPerUpdate == 0;
    for (int i = 0; i < sum.length; i++) {
      float added = sum[i] + gradient[i];
      gradient[i] = added / stepsPerUpdate;
      sum[i] = isLast ? 0 : added;
    }
    return isLast;
  }

  /** Whether a step on some of the arrays would differ from the same step on all of them. */
  public boolean needsWholeUpdate() {
    return chain.stream().anyMatch(GradientTransform::needsWholeUpdate);
  }

  /** Whether a step on parts of the arrays would differ from the same step on all of them. */
  public boolean needsWholeArrays() {
    return needsWholeUpdate() || chain.stream().anyMatch(GradientTransform::needsWholeArrays);
  }

  /**
   * Whether a sparse gradient of an array would not do, because a transformation has something to
   * do where the gradient is zero.
   */
  public boolean needsEveryRow(View view) {
    return stepsPerUpdate > 1 || chain.stream().anyMatch(link -> link.needsEveryRow(view));
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
      boolean isRate = e.getBaseType() != null && e.getBaseType().hasRawClass(LearningRate.class);
      throw new IllegalArgumentException(
          "Unknown %s '%s'. Known are %s."
              .formatted(
                  isRate ? "learning rate" : "optimizer part",
                  e.getTypeId(),
                  isRate ? new TreeSet<>(LearningRateTypeIds.KNOWN.keySet()) : knownLinks()),
          e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Invalid optimizer: " + e.getOriginalMessage(), e);
    }
  }

  private static SortedSet<String> knownLinks() {
    return Arrays.stream(GradientTransform.class.getAnnotation(JsonSubTypes.class).value())
        .map(JsonSubTypes.Type::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
