package io.kindling.network;

import io.kindling.network.ParameterLayout.View;
import java.util.Optional;

/**
 * What a training program makes of one batch. Borrowed: it lies in the engine's memory and is valid
 * until the program's next call.
 */
public interface Gradients {

  /** Rows of the batch. */
  int rows();

  /** The loss, mean over the rows. */
  float loss();

  /** Per metric its accumulators, in the order of the objective, summed over the rows. */
  float[] metricSums();

  /**
   * Copies a range of the gradient of the mean loss with respect to the flat parameter array. Gaps
   * between views read as zero.
   */
  void read(int from, float[] into, int offset, int length);

  /**
   * The rows that the batch has looked up in an array with a sparse gradient, each once, in any
   * order; the gradient of the others is zero. Empty where the gradient is dense.
   */
  default Optional<int[]> rowsOf(View view) {
    return Optional.empty();
  }

  /**
   * Copies the gradients of the rows that {@link #rowsOf} names, one behind the other, to {@code
   * into[offset]}.
   */
  default void readRows(View view, float[] into, int offset) {
    throw new IllegalStateException("The gradient of '" + view.name() + "' is dense.");
  }

  /**
   * Copies the new mutable state this batch alone would lead to: the whole flat state array, to
   * {@code into[offset]}.
   */
  void readState(float[] into, int offset);
}
