package io.kindling.spark.job;

import java.io.Serializable;

/**
 * What a worker's task gives back.
 *
 * @param checksum CRC-32C of the bits of parameters and network state, to be equal on all ranks
 * @param parameters of rank 0; empty on the others
 * @param networkState of rank 0; empty on the others
 * @param history as text; of rank 0
 */
record WorkerResult(
    int rank, long checksum, float[] parameters, float[] networkState, String history)
    implements Serializable {
  private static final long serialVersionUID = 1;
}
