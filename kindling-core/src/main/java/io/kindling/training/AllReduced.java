package io.kindling.training;

/** Gradients are summed over all workers in every step. */
public record AllReduced() implements Strategy {}
