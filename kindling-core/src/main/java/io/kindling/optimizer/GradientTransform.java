package io.kindling.optimizer;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One link of an optimizer: from an update to the next update, as a pure function of step and
 * state.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ScaleByAdam.class, name = "scale_by_adam"),
  @JsonSubTypes.Type(value = Momentum.class, name = "momentum"),
  @JsonSubTypes.Type(value = NesterovMomentum.class, name = "nesterov_momentum"),
  @JsonSubTypes.Type(value = ClipByGlobalNorm.class, name = "clip_by_global_norm"),
  @JsonSubTypes.Type(value = ScaleByLearningRate.class, name = "scale_by_learning_rate")
})
public sealed interface GradientTransform
    permits ScaleByAdam, Momentum, NesterovMomentum, ClipByGlobalNorm, ScaleByLearningRate {

  /** Arrays of state it keeps, each as long as the parameters, zero at first. */
  default int slots() {
    return 0;
  }

  /** Whether {@link #at} needs the Euclidean norm of the whole update it is given. */
  default boolean needsGlobalNorm() {
    return false;
  }

  /**
   * The transformation in one step.
   *
   * @param step from 1
   * @param globalNorm the norm, where it is needed
   */
  BlockTransform at(long step, double globalNorm);
}
