package io.kindling.optimizer;

import java.util.Arrays;

/**
 * What an optimizer remembers: the slots of its transformations, one behind the other, each as long
 * as the parameters.
 */
public record OptimizerState(float[][] slots) {

  /** One with arrays of its own. */
  public OptimizerState copy() {
    return new OptimizerState(Arrays.stream(slots).map(float[]::clone).toArray(float[][]::new));
  }
}
