package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * Σᵢ tᵢ log(tᵢ / yᵢ) over the innermost axis, both probabilities kept within 10⁻⁷ and 1; over
 * further axes, the mean. Kullback and Leibler, <i>On Information and Sufficiency</i>, 1951.
 */
public record KullbackLeibler() implements Loss {

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.alikeByClass(output, "kullback_leibler");
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    Tensor y = output.maximum(1e-7).minimum(1);
    Tensor t = target.maximum(1e-7).minimum(1);
    return t.times(t.logarithm().minus(y.logarithm())).sum(-1).meanOfRow();
  }
}
