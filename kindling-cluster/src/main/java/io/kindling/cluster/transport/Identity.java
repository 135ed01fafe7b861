package io.kindling.cluster.transport;

/**
 * Who a party says it is: which job, which generation of it, and which member.
 *
 * <p>Links join parties of one job and one generation only, so that a worker left over from before
 * a restart cannot reach those who came after.
 */
public record Identity(String job, int generation, Party party) {

  public Identity {
    if (generation < 0) {
      throw new IllegalArgumentException(
          "Invalid generation " + generation + ". Generations count from 0.");
    }
  }

  public static Identity driver(String job, int generation) {
    return new Identity(job, generation, Party.driver());
  }

  public static Identity worker(String job, int generation, int rank) {
    return new Identity(job, generation, Party.worker(rank));
  }
}
