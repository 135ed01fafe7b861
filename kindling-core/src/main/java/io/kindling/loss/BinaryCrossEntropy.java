package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * −t log σ(z) − (1 − t) log(1 − σ(z)) for logits z and probabilities t of one shape, the mean over
 * the elements of a row; computed as max(z, 0) − z t + log(1 + e^−|z|), which does not overflow.
 *
 * @param labelSmoothing the share of a target that is spread evenly over yes and no. Szegedy et
 *     al., <i>Rethinking the Inception Architecture</i>, 2016; 0 for none
 */
public record BinaryCrossEntropy(double labelSmoothing) implements Loss {

  public BinaryCrossEntropy {
    Targets.checkSmoothing(labelSmoothing);
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.alike(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    // softplus(z) − z t = max(z, 0) − z t + log(1 + e^−|z|), with the right slope at z = 0 too.
    Tensor t = Targets.smoothed(target, labelSmoothing, 2);
    return output.softplus().minus(output.times(t)).meanOfRow();
  }

  @Override
  public boolean takesYesOrNo() {
    return true;
  }

  @Override
  public boolean takesLogits() {
    return true;
  }
}
