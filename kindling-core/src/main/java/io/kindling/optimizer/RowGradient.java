package io.kindling.optimizer;

import io.kindling.network.ParameterLayout.View;

/**
 * The gradient of some rows of an array; that of the others is zero.
 *
 * @param rows numbers along the outermost axis, each once, in any order
 * @param values the gradients of the rows, one behind the other
 */
public record RowGradient(View view, int[] rows, float[] values) {}
