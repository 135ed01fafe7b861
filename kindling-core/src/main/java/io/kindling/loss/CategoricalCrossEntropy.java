package io.kindling.loss;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * −Σᵢ tᵢ log softmax(z)ᵢ for logits z and probabilities t, both {@code [..., classes]}; over
 * further axes, the mean.
 */
public record CategoricalCrossEntropy() implements Loss {

  @Override
  public TensorSpec target(TensorSpec output) {
    if (output.shape().isScalar() || output.shape().dimension(-1) < 2) {
      throw new IllegalArgumentException(
          "Output "
              + output
              + " does not suit categorical_cross_entropy, which takes one logit per class, two classes at "
              + "least. End the network with a Dense layer of as many units as there are classes.");
    }
    return new TensorSpec(output.name(), ElementType.FLOAT32, output.shape());
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    return output.crossEntropy(target).meanOfRow();
  }
}
