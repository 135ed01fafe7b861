package io.kindling.cluster.allreduce;

/**
 * Sums arrays over all ranks.
 *
 * <p>Every rank calls the same methods with arrays of the same length in the same order; one thread
 * at a time. Where they return, every rank holds the same bits, and the same inputs give the same
 * bits in every round.
 */
public interface AllReduce extends AutoCloseable {

  int rank();

  int worldSize();

  /**
   * Replaces elements {@code from} to {@code to} by their sums over all ranks.
   *
   * @param step the training step, the same on all ranks; frames of another step are refused
   * @throws LostRoundException if the round is lost; the elements are then undefined and no further
   *     round is possible: restart from the last checkpoint with a new ring
   */
  void sum(float[] data, int from, int to, long step) throws LostRoundException;

  /** Replaces all elements by their sums over all ranks. */
  default void sum(float[] data, long step) throws LostRoundException {
    sum(data, 0, data.length, step);
  }

  /**
   * Returns the sums over all ranks, added in the order of ranks; the array given stays as it is.
   *
   * <p>Meant for a few numbers such as losses and row counts: each rank holds all ranks' arrays.
   *
   * @throws LostRoundException if the round is lost
   */
  double[] sum(double[] data, long step) throws LostRoundException;

  /** Ends the links; a round that is under way in another thread fails at once. */
  @Override
  void close();
}
