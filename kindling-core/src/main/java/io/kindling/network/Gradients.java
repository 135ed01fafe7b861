package io.kindling.network;

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
   * Copies the new mutable state this batch alone would lead to: the whole flat state array, to
   * {@code into[offset]}.
   */
  void readState(float[] into, int offset);
}
