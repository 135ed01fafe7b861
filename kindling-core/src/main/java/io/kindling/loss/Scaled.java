package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/** Another loss times a number: its share in the sum over several outputs. */
public record Scaled(Loss loss, double factor) implements Loss {

  public Scaled {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("Invalid factor " + factor + ". Use 0 or more.");
    }
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    return loss.target(output);
  }

  @Override
  public boolean takesTarget() {
    return loss.takesTarget();
  }

  @Override
  public int classes(TensorSpec output) {
    return loss.classes(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    return loss.ofRows(output, target).times(factor);
  }

  @Override
  public boolean takesYesOrNo() {
    return loss.takesYesOrNo();
  }

  @Override
  public boolean takesLogits() {
    return loss.takesLogits();
  }
}
