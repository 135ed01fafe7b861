package io.kindling.cluster.rendezvous;

/**
 * What a sign of life says.
 *
 * @param step steps done
 * @param phase what the worker does, in a word or two
 * @param isExchanging whether it waits for the other ranks
 * @param bytes received from the other ranks so far: where all wait and none receives, a link hangs
 */
public record Beat(long step, String phase, boolean isExchanging, long bytes) {

  /** Before there is anything to say. */
  public static final Beat FIRST = new Beat(0, "joining", false, 0);
}
