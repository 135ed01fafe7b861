package io.kindling.cluster.transport;

import java.util.Locale;

/**
 * One of those who hold links: the driver, or a worker with its rank.
 *
 * @param rank the worker's rank; 0 for the driver
 */
public record Party(Role role, int rank) {

  public Party {
    if (rank < 0) {
      throw new IllegalArgumentException("Invalid rank " + rank + ". Ranks count from 0.");
    }
  }

  public static Party driver() {
    return new Party(Role.DRIVER, 0);
  }

  public static Party worker(int rank) {
    return new Party(Role.WORKER, rank);
  }

  /** The name of a thread that works for this party: {@code kindling-sender-rank-3}. */
  public String threadName(String work) {
    return "kindling-" + work + "-" + (role == Role.DRIVER ? "driver" : "rank-" + rank);
  }

  /** The party as a sentence begins with it: {@code Rank 3}. */
  public String capitalized() {
    String text = toString();
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  @Override
  public String toString() {
    return role == Role.DRIVER ? "the driver" : "rank " + rank;
  }
}
