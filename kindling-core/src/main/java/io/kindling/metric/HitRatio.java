package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/**
 * The share of rows whose item is among the k largest of its candidates: HR@k of He et al.,
 * <i>Neural Collaborative Filtering</i>, 2017. A row holds the scores of its candidates, and the
 * target is the place of the right one; a tie counts for the row.
 */
public record HitRatio(int k) implements Metric {

  public HitRatio {
    if (k < 1) {
      throw new IllegalArgumentException("Invalid k " + k + ". Use at least 1.");
    }
  }

  @Override
  public String name() {
    return "hit_ratio_" + k;
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    return Outputs.needClassNumbers(name(), output, loss);
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
