package io.kindling.cluster.rendezvous;

/**
 * What a worker tells the driver before it gives up.
 *
 * @param phase what it was doing, such as {@code reading rows} or {@code training}
 * @param text the error in words; very long ones are cut
 */
public record Failure(int rank, String host, String phase, long step, String text) {}
