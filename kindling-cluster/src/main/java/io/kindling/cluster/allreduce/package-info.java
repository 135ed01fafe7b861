/**
 * How ranks turn their arrays into one sum.
 *
 * <p>Knows ranks and arrays; knows nothing of Spark or TensorFlow, and moves arrays only through
 * {@code transport}. After {@code sum} returns, every rank holds the same bits; if it throws, the
 * round is lost for all of them and the ring with it.
 */
package io.kindling.cluster.allreduce;
