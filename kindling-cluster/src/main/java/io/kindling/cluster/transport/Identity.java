package io.kindling.cluster.transport;

/**
 * Who a party says it is: which job, which generation of it, and which member.
 *
 * <p>Links between ranks join parties of one job and one generation only, so that a worker left
 * over from before cannot reach those who came after. Links to the driver outlive generations.
 */
public record Identity(String job, int generation, Party party) {

  public Identity {
    if (generation < 0) {
      throw new IllegalArgumentException(
          "Invalid generation " + generation + ". Generations count from 0.");
    }
  }

  public static Identity driver(String job) {
    return new Identity(job, 0, Party.driver());
  }

  public static Identity rank(String job, int generation, int rank) {
    return new Identity(job, generation, Party.rank(rank));
  }

  /** A worker towards the driver, whatever the generation. */
  public static Identity worker(String job, int number) {
    return new Identity(job, 0, Party.worker(number));
  }
}
