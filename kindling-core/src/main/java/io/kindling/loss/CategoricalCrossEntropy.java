package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * −Σᵢ tᵢ log softmax(z)ᵢ for logits z and probabilities t, both {@code [..., classes]}; over
 * further axes, the mean.
 *
 * @param labelSmoothing the share of a target that is spread evenly over all classes. Szegedy et
 *     al., <i>Rethinking the Inception Architecture</i>, 2016; 0 for none
 */
public record CategoricalCrossEntropy(double labelSmoothing) implements Loss {

  public CategoricalCrossEntropy {
    Targets.checkSmoothing(labelSmoothing);
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.alikeByClass(output, "categorical_cross_entropy");
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    int classes = output.shape().dimension(-1);
    return output.crossEntropy(Targets.smoothed(target, labelSmoothing, classes)).meanOfRow();
  }

  @Override
  public boolean takesLogits() {
    return true;
  }
}
