package io.kindling.loss;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * −t log σ(z) − (1 − t) log(1 − σ(z)) for logits z and probabilities t of one shape, the mean over
 * the elements of a row; computed as max(z, 0) − z t + log(1 + e^−|z|), which does not overflow.
 */
public record BinaryCrossEntropy() implements Loss {

  @Override
  public TensorSpec target(TensorSpec output) {
    return new TensorSpec(output.name(), ElementType.FLOAT32, output.shape());
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    // softplus(z) − z t = max(z, 0) − z t + log(1 + e^−|z|), with the right slope at z = 0 too.
    return output.softplus().minus(output.times(target)).meanOfRow();
  }
}
