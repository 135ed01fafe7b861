package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/** √ of the mean of (y − t)² over rows and their numbers. */
public record RootMeanSquaredError() implements Metric {

  @Override
  public String name() {
    return "rmse";
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    return Outputs.needEqualShapes("rmse", output, loss);
  }

  @Override
  public int accumulators(TensorSpec output, Loss loss) {
    return 1;
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target, Loss loss) {
    return output.minus(target).square().meanOfRow();
  }

  @Override
  public double value(double[] sums, double rows) {
    return Math.sqrt(sums[0] / rows);
  }
}
