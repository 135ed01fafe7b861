package io.kindling.cluster.rendezvous;

import io.kindling.cluster.transport.LinkException;

/**
 * What the driver hears of its workers.
 *
 * <p>Calls about one rank come one after another, those about different ranks from different
 * threads. They hold up that rank's heartbeats, so they return soon.
 */
public interface WorkerListener {

  /** A worker told about its progress. */
  default void onReport(Report report) {}

  /** A worker gives up and says why; it will leave or be lost next. */
  default void onFailed(Failure failure) {}

  /**
   * A worker is gone without a word; called once for it.
   *
   * @param lastStep the last step it was known to have reached
   */
  default void onLost(int rank, String host, long lastStep, LinkException cause) {}

  /** A worker ended as it should: it was done, or it was told to stop. */
  default void onLeft(int rank) {}
}
