package io.kindling.cluster.rendezvous;

/** What a worker hears of its driver. */
@FunctionalInterface
public interface StopListener {

  /**
   * The worker must end: the driver says so, or is gone. Called at most once, from a thread of the
   * rendezvous; close the links that training waits on and return.
   */
  void onStop(String reason);
}
