package io.kindling.loss;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * −log softmax(z)[t] for logits z {@code [..., classes]} and a class t {@code [...]} from 0; over
 * further axes, the mean.
 */
public record SparseCategoricalCrossEntropy() implements Loss {

  @Override
  public TensorSpec target(TensorSpec output) {
    int rank = output.shape().rank();
    if (rank == 0 || output.shape().dimension(-1) < 2) {
      throw new IllegalArgumentException(
          "Output "
              + output
              + " does not suit sparse_categorical_cross_entropy, which takes one logit per class, two "
              + "classes at least. End the network with a Dense layer of as many units as there are classes.");
    }
    return new TensorSpec(
        output.name(),
        ElementType.INT32,
        new Shape(output.shape().dimensions().subList(0, rank - 1)));
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    int classes = output.shape().dimension(-1);
    return output.crossEntropy(target.oneHot(classes)).meanOfRow();
  }
}
