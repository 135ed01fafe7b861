package io.kindling.cluster.allreduce;

/**
 * Which chunk a rank sends and receives at each step of a ring all-reduce.
 *
 * <p>The array is cut into {@code worldSize} chunks and the ranks form a ring. In the first {@code
 * worldSize - 1} steps each rank passes a chunk to the next rank and adds the chunk it receives, so
 * that rank {@code r} ends up with the complete sum of chunk {@code r + 1}. In the remaining steps
 * the complete chunks travel once around the ring.
 *
 * <p>Cost per rank: {@code 2 (worldSize - 1)} steps; {@code 2 (worldSize - 1) / worldSize} of the
 * array on the wire.
 */
record RingSchedule(int rank, int worldSize) {

  RingSchedule {
    assert rank >= 0 && rank < worldSize : "rank " + rank + " of " + worldSize;
  }

  int steps() {
    return 2 * (worldSize - 1);
  }

  /** True while a received chunk is added to ours; false once it replaces ours. */
  boolean isReducing(int step) {
    return step < worldSize - 1;
  }

  int chunkToSend(int step) {
    return Math.floorMod(rank - step, worldSize);
  }

  int chunkToReceive(int step) {
    return Math.floorMod(rank - step - 1, worldSize);
  }
}
