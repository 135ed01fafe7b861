package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * max(0, 1 + max over the wrong classes of yᵢ − that of the right one), for a class t from 0; over
 * further axes, the mean. Crammer and Singer, <i>On the Algorithmic Implementation of Multiclass
 * Kernel-based Vector Machines</i>, 2001.
 */
public record CategoricalHinge() implements Loss {

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.classOf(output, "categorical_hinge");
  }

  @Override
  public int classes(TensorSpec output) {
    return output.shape().dimension(-1);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    Tensor isRight = target.oneHot(output.shape().dimension(-1));
    Tensor right = output.times(isRight).sum(-1);
    Tensor wrong = output.minus(isRight.times(1e9)).largest(-1);
    return wrong.minus(right).plus(1).relu().meanOfRow();
  }
}
