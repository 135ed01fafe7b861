package io.kindling.optimizer;

/**
 * A range of the flat arrays while a chain works on it.
 *
 * @param update the gradient at first, then what each transformation made of it; {@code [0,
 *     length)}
 * @param length floats in the range
 * @param parameters all parameters
 * @param slots the transformation's own state, as long as the parameters each
 * @param from where the range starts in {@code parameters} and in each slot
 */
public record Block(float[] update, int length, float[] parameters, float[][] slots, int from) {}
