package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * −log softmax(z)[t] for logits z {@code [..., classes]} and a class t {@code [...]} from 0; over
 * further axes, the mean.
 *
 * @param labelSmoothing the share of a target that is spread evenly over all classes. Szegedy et
 *     al., <i>Rethinking the Inception Architecture</i>, 2016; 0 for none
 */
public record SparseCategoricalCrossEntropy(double labelSmoothing) implements Loss {

  public SparseCategoricalCrossEntropy {
    Targets.checkSmoothing(labelSmoothing);
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    return Targets.classOf(output, "sparse_categorical_cross_entropy");
  }

  @Override
  public int classes(TensorSpec output) {
    return output.shape().dimension(-1);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    int classes = output.shape().dimension(-1);
    Tensor t = Targets.smoothed(target.oneHot(classes), labelSmoothing, classes);
    return output.crossEntropy(t).meanOfRow();
  }

  @Override
  public boolean takesLogits() {
    return true;
  }
}
