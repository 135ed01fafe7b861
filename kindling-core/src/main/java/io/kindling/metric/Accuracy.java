package io.kindling.metric;

/**
 * The share of rows whose class is right. With a target of classes or of one-hot rows the class is
 * the largest output; where the loss is binary cross-entropy, each output's class is 1 where its
 * logit is above 0, and the share is over the elements.
 */
public record Accuracy() implements Metric {

  @Override
  public String name() {
    return "accuracy";
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
