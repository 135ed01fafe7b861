package io.kindling.cluster.rendezvous;

/**
 * What a worker tells the driver before it gives up for a reason of its own.
 *
 * @param number the worker's
 * @param rank its rank, or its place where it has none
 * @param phase what it was doing, such as {@code reading rows} or {@code training}
 * @param text the error in words; very long ones are cut
 */
public record Failure(int number, int rank, String host, String phase, long step, String text) {}
