package io.kindling.metric;

import io.kindling.loss.ErrorFormula;
import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/** The mean of a formula over rows and their numbers. */
public record MeanOf(ErrorFormula formula) implements Metric {

  @Override
  public String name() {
    return formula == ErrorFormula.SQUARED_ERROR ? "mse" : formula.toString();
  }

  @Override
  public Optional<String> mismatch(TensorSpec output, Loss loss) {
    return Outputs.needEqualShapes(name(), output, loss);
  }

  @Override
  public int accumulators(TensorSpec output, Loss loss) {
    return 1;
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target, Loss loss) {
    return formula.of(output, target).meanOfRow();
  }

  @Override
  public double value(double[] sums, double rows) {
    return sums[0] / rows;
  }
}
