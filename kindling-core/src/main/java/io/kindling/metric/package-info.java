/**
 * What people watch. A metric is a few sums over rows and a number made of the sums, so that
 * workers' shares add up. What a row adds is said in the operations of {@link
 * io.kindling.tensor.Tensor}.
 *
 * <p>May import {@code tensor}, {@code network} and {@code loss}.
 */
package io.kindling.metric;
