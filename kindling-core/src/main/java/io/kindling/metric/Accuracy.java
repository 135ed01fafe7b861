package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/**
 * The share of rows whose class is right. With a target of classes or of one-hot rows the class is
 * the largest output; where the loss takes yes or no, each output's class is 1 where its logit is
 * above 0. The share is over rows and their places.
 */
public record Accuracy() implements Metric {

  @Override
  public String name() {
    return "accuracy";
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    return Outputs.needClasses("accuracy", output, loss);
  }

  @Override
  public int accumulators(TensorSpec output, Loss loss) {
    return 1;
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target, Loss loss) {
    if (loss.takesYesOrNo()) {
      return output.isGreaterThan(0).isEqualTo(target.isGreaterThan(0.5)).meanOfRow();
    }
    return output.indexOfLargest().isEqualTo(Outputs.classes(target)).meanOfRow();
  }

  @Override
  public double value(double[] sums, double rows) {
    return sums[0] / rows;
  }
}
