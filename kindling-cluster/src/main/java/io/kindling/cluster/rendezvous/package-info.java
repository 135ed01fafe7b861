/**
 * How ranks find each other and how driver and workers know that the other is alive.
 *
 * <p>Knows parties and addresses and moves messages through {@code transport}; knows nothing of
 * arrays. Every rank of a generation gets the same membership or none, a worker never outlives its
 * driver by more than the heartbeat timeout, and a lost worker is reported once.
 */
package io.kindling.cluster.rendezvous;
