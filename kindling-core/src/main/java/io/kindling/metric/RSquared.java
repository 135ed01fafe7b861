package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;

/**
 * The coefficient of determination 1 − Σ (t − y)² / Σ (t − t̄)², over rows and their numbers; NaN
 * where all targets are equal. Wright, <i>Correlation and Causation</i>, 1921.
 */
public record RSquared() implements Metric {

  @Override
  public String name() {
    return "r2";
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    return Outputs.needEqualShapes("r2", output, loss);
  }

  @Override
  public int accumulators(TensorSpec output, Loss loss) {
    return 3;
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target, Loss loss) {
    Tensor error = output.minus(target).square().meanOfRow().reshaped(1);
    Tensor square = target.square().meanOfRow().reshaped(1);
    return error.joined(0, List.of(target.meanOfRow().reshaped(1), square));
  }

  @Override
  public double value(double[] sums, double rows) {
    double mean = sums[1] / rows;
    double variance = sums[2] / rows - mean * mean;
    return variance > 0 ? 1 - sums[0] / rows / variance : Double.NaN;
  }
}
