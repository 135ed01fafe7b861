package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * (y − t)² / 2 where |y − t| ≤ δ, else δ |y − t| − δ² / 2; the mean over the numbers of a row.
 * Huber, <i>Robust Estimation of a Location Parameter</i>, 1964.
 */
public record Huber(double delta) implements Loss {

  public Huber {
    if (!(delta > 0)) {
      throw new IllegalArgumentException("Invalid delta " + delta + ". Use a positive number.");
    }
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.alike(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    Tensor distance = output.minus(target).absolute();
    // Of the part up to δ and the part beyond it: c² / 2 + δ (d − c) with c = min(d, δ).
    Tensor near = distance.minimum(delta);
    return near.square().times(0.5).plus(distance.minus(near).times(delta)).meanOfRow();
  }
}
