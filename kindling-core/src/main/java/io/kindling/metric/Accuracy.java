package io.kindling.metric;

import io.kindling.loss.BinaryCrossEntropy;
import io.kindling.loss.Loss;
import io.kindling.tensor.TensorSpec;
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
  public <R> R accept(MetricVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
