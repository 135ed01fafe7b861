package io.kindling.optimizer;

import io.kindling.network.ParameterLayout.View;

/**
 * A range of the flat arrays while a chain works on it.
 *
 * <p>Java makes vector instructions of a loop only where every array has the same index: so all of
 * them are as long as the parameters, and a loop runs {@code from} up to, not including, {@code
 * to}. An Adam that read {@code m[from + i]} beside {@code u[i]} took 3.3 times as long, and one
 * that copied its range of {@code m} in and out 1.4 to 1.9 times.
 *
 * @param update the gradient at first, then what each transformation made of it
 * @param parameters to be read only
 * @param slots the transformation's own state
 * @param view the network's array that the range is in, or is
 */
public record Block(
    float[] update, int from, int to, float[] parameters, float[][] slots, View view) {}
