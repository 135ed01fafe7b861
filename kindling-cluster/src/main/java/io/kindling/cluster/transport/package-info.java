/**
 * How frames move between two parties that trust each other because they know one secret.
 *
 * <p>Knows parties, addresses, frames and sockets; knows nothing of meeting or computing. Nothing a
 * peer sends is parsed before it has proved knowledge of the job's {@link
 * io.kindling.cluster.transport.Secret}, every wait ends at a {@link
 * io.kindling.cluster.transport.Deadline}, and a frame arrives whole and unchanged or not at all.
 */
package io.kindling.cluster.transport;
