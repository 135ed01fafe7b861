package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * t y² + (1 − t) max(0, m − y)² for distances y of pairs that are alike where t is 1; the mean over
 * the numbers of a row. Hadsell et al., <i>Dimensionality Reduction by Learning an Invariant
 * Mapping</i>, 2006, without its halves.
 *
 * @param margin m
 */
public record Contrastive(double margin) implements Loss {

  public Contrastive {
    if (!(margin > 0)) {
      throw new IllegalArgumentException("Invalid margin " + margin + ". Use a positive number.");
    }
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.alike(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    Tensor apart = output.negated().plus(margin).relu().square();
    Tensor alike = output.square();
    return apart.plus(target.times(alike.minus(apart))).meanOfRow();
  }
}
