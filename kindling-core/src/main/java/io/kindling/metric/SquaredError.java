package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;

/** Mean squared error: the mean over rows and their elements of (y − t)². */
public record SquaredError() implements Metric {

  @Override
  public String name() {
    return "mse";
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    TensorSpec target = loss.target(output);
    return target.shape().equals(output.shape())
        ? Optional.empty()
        : Optional.of(
            "Output "
                + output
                + " with target "
                + target
                + " does not suit mse, which takes two of one shape. Watch it with accuracy.");
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
    return List.of(output.minus(target).square().meanOfRow());
  }
}
