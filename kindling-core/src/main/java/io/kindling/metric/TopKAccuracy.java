package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/**
 * The share of rows, and of their places, whose class is among the k largest outputs; a tie counts
 * for the row.
 */
public record TopKAccuracy(int k) implements Metric {

  public TopKAccuracy {
    if (k < 1) {
      throw new IllegalArgumentException("Invalid k " + k + ". Use at least 1.");
    }
  }

  @Override
  public String name() {
    return "top_" + k + "_accuracy";
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    return Outputs.hasClasses(output) && !loss.takesYesOrNo()
        ? Optional.empty()
        : Outputs.needClassNumbers(name(), output, loss);
  }

  @Override
  public int accumulators(TensorSpec output, Loss loss) {
    return 1;
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target, Loss loss) {
    return output.constant(k).isGreaterThan(Outputs.rank(output, target)).meanOfRow();
  }

  @Override
  public double value(double[] sums, double rows) {
    return sums[0] / rows;
  }
}
