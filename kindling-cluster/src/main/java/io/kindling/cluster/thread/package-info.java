/**
 * Who owns a thread, its name and its end.
 *
 * <p>Imports nothing else of Kindling and is not exported. Every thread of the cluster module is
 * made here, so that its name begins with {@code kindling-} and its owner can end it in bounded
 * time.
 */
package io.kindling.cluster.thread;
