package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/** A formula for each number of an output, the mean over the numbers of a row. */
public record MeanError(ErrorFormula formula) implements Loss {

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.alike(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    return formula.of(output, target).meanOfRow();
  }
}
