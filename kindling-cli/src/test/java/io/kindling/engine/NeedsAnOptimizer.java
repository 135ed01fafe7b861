package io.kindling.engine;

import io.kindling.optimizer.Optimizer;

/** Breaks a rule on purpose: an engine that cares how gradients are used. */
public record NeedsAnOptimizer(Optimizer optimizer) {}
