package io.kindling.loss;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/** (y − t)² for outputs y and targets t of one shape, the mean over the elements of a row. */
public record MeanSquaredError() implements Loss {

  @Override
  public TensorSpec target(TensorSpec output) {
    return new TensorSpec(output.name(), ElementType.FLOAT32, output.shape());
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    return output.minus(target).square().meanOfRow();
  }
}
