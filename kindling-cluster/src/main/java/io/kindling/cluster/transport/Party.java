package io.kindling.cluster.transport;

import java.util.Locale;

/**
 * One of those who hold links: the driver, a rank, or a worker.
 *
 * @param number the rank, or the worker's number; 0 for the driver
 */
public record Party(Role role, int number) {

  public Party {
    if (number < 0) {
      throw new IllegalArgumentException("Invalid number " + number + ". Ranks count from 0.");
    }
  }

  public static Party driver() {
    return new Party(Role.DRIVER, 0);
  }

  public static Party rank(int rank) {
    return new Party(Role.RANK, rank);
  }

  /** A worker by its number, which it keeps over generations. */
  public static Party worker(int number) {
    return new Party(Role.WORKER, number);
  }

  /** The name of a thread that works for this party: {@code kindling-sender-rank-3}. */
  public String threadName(String work) {
    return "kindling-" + work + "-" + (role == Role.DRIVER ? "driver" : word() + "-" + number);
  }

  /** The party as a sentence begins with it: {@code Rank 3}. */
  public String capitalized() {
    String text = toString();
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  @Override
  public String toString() {
    return role == Role.DRIVER ? "the driver" : word() + " " + number;
  }

  private String word() {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
