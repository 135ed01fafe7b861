package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * 1 − cos(y, t) over the innermost axis; over further axes, the mean. Vectors have the length √(Σ
 * x² + 10⁻¹²).
 */
public record CosineDistance() implements Loss {

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.alikeByClass(output, "cosine_distance");
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    return unit(output).times(unit(target)).sum(-1).negated().plus(1).meanOfRow();
  }

  private static Tensor unit(Tensor x) {
    return x.times(x.square().sum(-1).plus(1e-12).inverseSquareRoot());
  }
}
