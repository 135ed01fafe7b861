package io.kindling.optimizer;

/**
 * What an optimizer remembers: the slots of its transformations, one behind the other, each as long
 * as the parameters.
 */
public record OptimizerState(float[][] slots) {}
