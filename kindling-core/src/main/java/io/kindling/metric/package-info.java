/**
 * What people watch. A metric is a few sums over rows and a number made of the sums, so that
 * workers' shares add up.
 *
 * <p>May import {@code tensor}, {@code network} and {@code loss}. Engines compute the sums through
 * {@link io.kindling.metric.MetricVisitor}.
 */
package io.kindling.metric;
