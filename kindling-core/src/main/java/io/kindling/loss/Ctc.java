package io.kindling.loss;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * −log p(labels | output), summed over all alignments of the labels with the steps. Graves et al.,
 * <i>Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with Recurrent
 * Neural Networks</i>, 2006. The output is {@code [steps, classes + 1]} logits, the last of them
 * that of the blank; the target is {@code [length]} classes from 0, filled up with the blank's
 * number, {@code classes}. A row without a label fails the training, and so does one whose labels,
 * with a step between equal neighbours, need more steps than there are.
 *
 * @param length of the longest target
 */
public record Ctc(int length) implements Loss {

  public Ctc {
    if (length < 1) {
      throw new IllegalArgumentException("Invalid length " + length + ". Use at least 1 label.");
    }
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    if (output.shape().rank() != 2
        || output.shape().dimension(1) < 2
        || output.shape().dimension(0) < length) {
      throw new IllegalArgumentException(
          "Output "
              + output
              + " does not suit ctc of "
              + length
              + " labels, which takes [steps, classes + 1] with as many steps at least. End the"
              + " network with a Dense layer over the steps of a sequence.");
    }
    return new TensorSpec(output.name(), ElementType.INT32, Shape.of(length));
  }

  @Override
  public int classes(TensorSpec output) {
    return output.shape().dimension(-1);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    return output.connectionistLoss(target);
  }
}
