package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * −α t (1 − p)^γ log p − (1 − α) (1 − t) p^γ log(1 − p) with p = σ(z) for logits z and t of 0 or 1;
 * the mean over the numbers of a row. Lin et al., <i>Focal Loss for Dense Object Detection</i>,
 * 2017, whose α is 0.25 and γ 2.
 */
public record BinaryFocal(double gamma, double alpha) implements Loss {

  public BinaryFocal {
    if (!(gamma >= 0)) {
      throw new IllegalArgumentException("Invalid gamma " + gamma + ". Use 0 or more.");
    }
    if (!(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "Invalid alpha " + alpha + ". Use a number between 0 and 1.");
    }
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.alike(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    Tensor sign = target.times(2).minus(1); // so that p_t = σ(sign · z)
    Tensor margin = output.times(sign);
    Tensor surprise = margin.negated().softplus(); // −log p_t
    Tensor doubt = margin.softplus().times(-gamma).exponential(); // (1 − p_t)^γ
    Tensor weight = target.times(2 * alpha - 1).plus(1 - alpha);
    return weight.times(doubt).times(surprise).meanOfRow();
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
