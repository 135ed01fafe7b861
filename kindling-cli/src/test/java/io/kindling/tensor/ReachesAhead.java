package io.kindling.tensor;

import io.kindling.training.TrainingPlan;

/** Breaks a rule on purpose: the first package of core knows the last. */
public record ReachesAhead(TrainingPlan plan) {}
