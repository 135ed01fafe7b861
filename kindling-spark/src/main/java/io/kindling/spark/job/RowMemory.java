package io.kindling.spark.job;

import java.io.Serializable;
import java.util.OptionalLong;

/**
 * How many bytes of rows a worker keeps on its executor's heap; further rows go to a disk.
 *
 * @param stated what the user says; negative for nothing
 * @param sharing the most workers in one executor
 */
record RowMemory(long stated, int sharing) implements Serializable {

  private static final long serialVersionUID = 1;

  /**
   * The part of a heap that the rows of its workers take unless the user says another: 0.3. Rows in
   * Spark's cache are the same arrays, and are held first, so that they count once; where the cache
   * is full of other things, which is at most 0.6 of the heap, a tenth is left for parameters.
   */
  private static final double HEAP_SHARE = 0.3;

  static RowMemory of(OptionalLong stated, int sharing) {
    return new RowMemory(stated.orElse(-1), sharing);
  }

  /** The budget of one worker where the heap may grow to so many bytes. */
  long bytes(long heap) {
    return stated >= 0 ? stated : (long) (HEAP_SHARE * heap / sharing);
  }
}
