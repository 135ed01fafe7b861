package io.kindling.metric;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A number that tells how good outputs are, from sums over rows. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Accuracy.class, name = "accuracy"),
  @JsonSubTypes.Type(value = SquaredError.class, name = "mse")
})
public sealed interface Metric permits Accuracy, SquaredError {

  /** The name in histories and on screen. */
  String name();

  /** How many sums it keeps; an engine adds up as many numbers per row. */
  int accumulators();

  /** The metric of its sums over {@code rows} rows, 1 at least. */
  double value(double[] sums, int offset, long rows);

  <R> R accept(MetricVisitor<R> visitor);

  static Metric accuracy() {
    return new Accuracy();
  }

  static Metric meanSquaredError() {
    return new SquaredError();
  }
}
