package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * max(q (t − y), (q − 1) (t − y)), whose smallest value is where a share q of the targets lies
 * below y; the mean over the numbers of a row. Koenker and Bassett, <i>Regression Quantiles</i>,
 * 1978.
 */
public record Quantile(double quantile) implements Loss {

  public Quantile {
    if (!(quantile > 0 && quantile < 1)) {
      throw new IllegalArgumentException(
          "Invalid quantile " + quantile + ". Use a number between 0 and 1.");
    }
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.alike(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    Tensor above = target.minus(output);
    return above.times(quantile).maximum(above.times(quantile - 1)).meanOfRow();
  }
}
