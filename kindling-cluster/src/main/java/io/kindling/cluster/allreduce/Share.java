package io.kindling.cluster.allreduce;

/**
 * The elements of an array that a rank completes when it is reduced, and gives when it is gathered:
 * from one up to, not including, the other.
 */
public record Share(int from, int to) {}
