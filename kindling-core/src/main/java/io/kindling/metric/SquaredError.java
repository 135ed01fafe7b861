package io.kindling.metric;

/** Mean squared error: the mean over rows and their elements of (y − t)². */
public record SquaredError() implements Metric {

  @Override
  public String name() {
    return "mse";
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
