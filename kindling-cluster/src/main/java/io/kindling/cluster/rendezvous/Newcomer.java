package io.kindling.cluster.rendezvous;

/**
 * Who joins.
 *
 * @param number tells workers of a job apart, those that take another's place too
 * @param place which of the places it was started for; only its order among others matters
 * @param executor where it runs, as the cluster names it
 * @param host where it runs
 */
public record Newcomer(int number, int place, String executor, String host) {

  /** The process it is a thread of, which an executor is: workers with the same share memory. */
  String process() {
    return executor + " on " + host;
  }

  @Override
  public String toString() {
    return "worker " + number + " (executor " + process() + ")";
  }
}
