package io.kindling.cluster.rendezvous;

/**
 * What a worker tells the driver before it gives up.
 *
 * @param origin whether it failed by itself
 * @param phase what it was doing, such as {@code reading rows} or {@code training}
 * @param text the error in words; very long ones are cut
 */
public record Failure(int rank, String host, Origin origin, String phase, long step, String text) {

  /** Where the reason of a failure lies. */
  public enum Origin {
    /** In this worker. */
    OWN,
    /** With another worker, which was lost or gave up: this one only noticed. */
    OTHER
  }
}
