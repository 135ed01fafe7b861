package io.kindling.metric;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.kindling.loss.Loss;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;

/** A number that tells how good outputs are, from sums over rows. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Accuracy.class, name = "accuracy"),
  @JsonSubTypes.Type(value = SquaredError.class, name = "mse")
})
public sealed interface Metric permits Accuracy, SquaredError {

  /** The name in histories and on screen. */
  String name();

  /**
   * Why this metric cannot watch an output, in a sentence; empty where it can.
   *
   * @param loss what the output is trained with, whose target the metric compares it with
   */
  Optional<String> mismatch(TensorSpec output, Loss loss);

  /** How many sums it keeps; an engine adds up as many numbers of each row. */
  int accumulators();

  /** The metric of its sums over {@code rows} rows, 1 at least. */
  double value(double[] sums, int offset, long rows);

  /** What a row adds to each of its sums, of shape {@code []}. */
  List<Tensor> ofRows(Tensor output, Tensor target, Loss loss);

  static Metric accuracy() {
    return new Accuracy();
  }

  static Metric meanSquaredError() {
    return new SquaredError();
  }
}
