package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/**
 * Normalised discounted cumulative gain at k with one right item in each row: 1 / log₂(r + 2) where
 * r candidates score higher and r is below k, else 0; the mean over rows. Järvelin and Kekäläinen,
 * <i>Cumulated Gain-based Evaluation</i>, 2002. A tie counts for the row.
 */
public record Ndcg(int k) implements Metric {

  public Ndcg {
    if (k < 1) {
      throw new IllegalArgumentException("Invalid k " + k + ". Use at least 1.");
    }
  }

  @Override
  public String name() {
    return "ndcg_" + k;
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
    Tensor rank = Outputs.rank(output, target);
    Tensor gain = output.constant(Math.log(2)).dividedBy(rank.plus(2).logarithm());
    return output.constant(k).isGreaterThan(rank).times(gain).meanOfRow();
  }

  @Override
  public double value(double[] sums, double rows) {
    return sums[0] / rows;
  }
}
