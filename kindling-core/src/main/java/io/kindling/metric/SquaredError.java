package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.TensorSpec;
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
  public <R> R accept(MetricVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
