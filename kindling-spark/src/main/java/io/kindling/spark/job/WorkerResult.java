package io.kindling.spark.job;

import java.io.Serializable;

/** What a worker's task gives back. */
final class WorkerResult implements Serializable {

  private static final long serialVersionUID = 1;

  private final int rank;
  private final long checksum;
  private final float[] parameters;
  private final float[] networkState;
  private final String history;

  /**
   * @param checksum CRC-32C of the bits of parameters and network state, to be equal on all ranks
   * @param parameters of rank 0; empty on the others
   * @param networkState of rank 0; empty on the others
   * @param history as text; of rank 0
   */
  WorkerResult(int rank, long checksum, float[] parameters, float[] networkState, String history) {
    this.rank = rank;
    this.checksum = checksum;
    this.parameters = parameters;
    this.networkState = networkState;
    this.history = history;
  }

  int rank() {
    return rank;
  }

  long checksum() {
    return checksum;
  }

  float[] parameters() {
    return parameters;
  }

  float[] networkState() {
    return networkState;
  }

  String history() {
    return history;
  }
}
