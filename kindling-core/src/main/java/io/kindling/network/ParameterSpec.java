package io.kindling.network;

import io.kindling.tensor.Shape;

/**
 * One named array of parameters, or of mutable state such as a moving average.
 *
 * @param name layer, a slash, and the array's role: {@code dense_1/kernel}
 * @param shape the whole array; parameters have no batch dimension
 */
public record ParameterSpec(String name, Shape shape, Initializer initializer) {}
