package io.kindling.optimizer;

import java.util.List;

/**
 * The gradient of one step.
 *
 * @param dense each number at the place of its parameter, up to the last array that is not sparse;
 *     may be longer
 * @param sparse of the arrays whose gradients are about some of their rows
 */
public record StepGradient(float[] dense, List<RowGradient> sparse) {

  /** About all parameters. */
  public static StepGradient dense(float[] values) {
    return new StepGradient(values, List.of());
  }
}
