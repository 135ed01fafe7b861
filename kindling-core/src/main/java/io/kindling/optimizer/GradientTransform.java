package io.kindling.optimizer;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.kindling.network.ParameterLayout.View;

/**
 * One link of an optimizer: from an update to the next update, as a pure function of step and
 * state.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ScaleByAdam.class, name = "scale_by_adam"),
  @JsonSubTypes.Type(value = ScaleByAdamax.class, name = "scale_by_adamax"),
  @JsonSubTypes.Type(value = ScaleByNadam.class, name = "scale_by_nadam"),
  @JsonSubTypes.Type(value = ScaleByAmsGrad.class, name = "scale_by_amsgrad"),
  @JsonSubTypes.Type(value = ScaleByYogi.class, name = "scale_by_yogi"),
  @JsonSubTypes.Type(value = ScaleByLion.class, name = "scale_by_lion"),
  @JsonSubTypes.Type(value = ScaleByRms.class, name = "scale_by_rms"),
  @JsonSubTypes.Type(value = ScaleByAdagrad.class, name = "scale_by_adagrad"),
  @JsonSubTypes.Type(value = ScaleByAdadelta.class, name = "scale_by_adadelta"),
  @JsonSubTypes.Type(value = Momentum.class, name = "momentum"),
  @JsonSubTypes.Type(value = NesterovMomentum.class, name = "nesterov_momentum"),
  @JsonSubTypes.Type(value = AddDecayedWeights.class, name = "add_decayed_weights"),
  @JsonSubTypes.Type(value = ClipByValue.class, name = "clip_by_value"),
  @JsonSubTypes.Type(value = ClipByGlobalNorm.class, name = "clip_by_global_norm"),
  @JsonSubTypes.Type(value = ClipByNorm.class, name = "clip_by_norm"),
  @JsonSubTypes.Type(value = ClipAdaptively.class, name = "clip_adaptively"),
  @JsonSubTypes.Type(value = ScaleByTrustRatio.class, name = "scale_by_trust_ratio"),
  @JsonSubTypes.Type(value = ScaleBy.class, name = "scale_by"),
  @JsonSubTypes.Type(value = AddSigns.class, name = "add_signs"),
  @JsonSubTypes.Type(value = KeepNonNegative.class, name = "keep_non_negative"),
  @JsonSubTypes.Type(value = KeepMaxNorm.class, name = "keep_max_norm"),
  @JsonSubTypes.Type(value = Lookahead.class, name = "lookahead"),
  @JsonSubTypes.Type(value = AverageParameters.class, name = "average_parameters"),
  @JsonSubTypes.Type(value = ScaleByLbfgs.class, name = "scale_by_lbfgs"),
  @JsonSubTypes.Type(value = FollowRegularizedLeader.class, name = "follow_regularized_leader"),
  @JsonSubTypes.Type(value = For.class, name = "for"),
  @JsonSubTypes.Type(value = ScaleByLearningRate.class, name = "scale_by_learning_rate")
})
public sealed interface GradientTransform
    permits ScaleByAdam,
        ScaleByAdamax,
        ScaleByNadam,
        ScaleByAmsGrad,
        ScaleByYogi,
        ScaleByLion,
        ScaleByRms,
        ScaleByAdagrad,
        ScaleByAdadelta,
        Momentum,
        NesterovMomentum,
        AddDecayedWeights,
        ClipByValue,
        ClipByGlobalNorm,
        ClipByNorm,
        ClipAdaptively,
        ScaleByTrustRatio,
        ScaleBy,
        AddSigns,
        KeepNonNegative,
        KeepMaxNorm,
        Lookahead,
        AverageParameters,
        ScaleByLbfgs,
        FollowRegularizedLeader,
        For,
        ScaleByLearningRate {

  /** Arrays of state it keeps, each as long as the parameters, zero at first. */
  default int slots() {
    return 0;
  }

  /**
   * Whether {@link #at} looks at all of the update it is given, before any block of it is changed.
   */
  default boolean needsWholeUpdate() {
    return false;
  }

  /**
   * Where it stands among those behind the step's length: factors of rates first, then bounds of
   * parameters, then what goes by where the parameters come out.
   */
  default int rank() {
    return 0;
  }

  /**
   * Whether blocks are whole arrays of the network; else they are parts of them, as fits the cache.
   */
  default boolean needsWholeArrays() {
    return false;
  }

  /**
   * Whether it has something to do where the gradient is zero, and cannot wait until it no longer
   * is; else rows that a step does not look up are left as they are, and so is what is remembered
   * of them.
   */
  default boolean needsEveryRow(View view) {
    return needsWholeArrays();
  }

  /**
   * The transformation in one step.
   *
   * @param step from 1
   * @param whole the update, where it is needed
   */
  BlockTransform at(long step, WholeUpdate whole);
}
