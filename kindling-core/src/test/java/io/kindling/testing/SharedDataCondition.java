package io.kindling.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips what is marked {@link NeedsShared} where there is no shared data. */
final class SharedDataCondition implements ExecutionCondition {

  SharedDataCondition() {}

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return SharedData.isPresent()
        ? ConditionEvaluationResult.enabled("The shared data is in " + SharedData.folder() + ".")
        : ConditionEvaluationResult.disabled(SharedData.absence());
  }
}
