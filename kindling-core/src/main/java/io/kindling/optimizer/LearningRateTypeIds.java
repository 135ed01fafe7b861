package io.kindling.optimizer;

import io.kindling.network.OpenTypeIds;
import java.util.Map;

/** Names of schedules in texts. */
final class LearningRateTypeIds extends OpenTypeIds {

  static final Map<String, Class<?>> KNOWN =
      Map.ofEntries(
          Map.entry("constant", LearningRate.Constant.class),
          Map.entry("cosine", LearningRate.Cosine.class),
          Map.entry("cosine_restarts", CosineRestarts.class),
          Map.entry("step_decay", StepDecay.class),
          Map.entry("multi_step_decay", MultiStepDecay.class),
          Map.entry("exponential_decay", ExponentialDecay.class),
          Map.entry("inverse_time_decay", InverseTimeDecay.class),
          Map.entry("polynomial_decay", PolynomialDecay.class),
          Map.entry("one_cycle", OneCycle.class),
          Map.entry("plateau_decay", PlateauDecay.class),
          Map.entry("warm_up", WarmUp.class),
          Map.entry("sequence", RateSequence.class));

  LearningRateTypeIds() {
    super(LearningRate.class, KNOWN);
  }
}
