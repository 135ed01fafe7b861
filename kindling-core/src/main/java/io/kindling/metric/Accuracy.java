package io.kindling.metric;

import io.kindling.loss.BinaryCrossEntropy;
import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * The share of rows whose class is right. With a target of classes or of one-hot rows the class is
 * the largest output; where the loss is binary cross-entropy, each output's class is 1 where its
 * logit is above 0, and the share is over the elements.
 */
public record Accuracy() implements Metric {

  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    boolean hasClasses = !output.shape().isScalar() && output.shape().dimension(-1) > 1;
    return hasClasses || loss instanceof BinaryCrossEntropy
        ? Optional.empty()
        : Optional.of(
            "Output "
                + output
                + " does not suit accuracy, which takes one number per class. Watch it with mse, or"
                + " train it with binary_cross_entropy.");
  }

  @Override
  public int accumulators() {
    return 1;
  }

  @Override
  public double value(double[] sums, int offset, long rows) {
    return sums[offset] / rows;
  }

  @Override
  public List<Tensor> ofRows(Tensor output, Tensor target, Loss loss) {
    if (loss instanceof BinaryCrossEntropy) {
      Tensor isRight = output.isGreaterThan(0).isEqualTo(target.isGreaterThan(0.5));
      return List.of(isRight.meanOfRow());
    }
    Tensor wanted = target.shape().equals(output.shape()) ? target.indexOfLargest() : target;
    return List.of(output.indexOfLargest().isEqualTo(wanted).meanOfRow());
  }
}
