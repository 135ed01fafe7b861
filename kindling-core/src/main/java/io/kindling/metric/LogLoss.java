package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/**
 * The cross-entropy of classes, −log p of the right one, whatever the loss that is trained; the
 * mean over rows and their places.
 */
public record LogLoss() implements Metric {

  @Override
  public String name() {
    return "log_loss";
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    return Outputs.needClasses("log_loss", output, loss);
  }

  @Override
  public int accumulators(TensorSpec output, Loss loss) {
    return 1;
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target, Loss loss) {
    if (loss.takesYesOrNo()) {
      return output.softplus().minus(output.times(target)).meanOfRow();
    }
    int classes = output.shape().dimension(-1);
    Tensor t = target.type() == ElementType.INT32 ? target.oneHot(classes) : target;
    return output.crossEntropy(t).meanOfRow();
  }

  @Override
  public double value(double[] sums, double rows) {
    return sums[0] / rows;
  }
}
