/**
 * Strategies in which workers train by themselves and agree now and then: local SGD, and a
 * parameter server.
 *
 * <p>Knows all-reduce, links and memberships; knows nothing of Spark.
 */
package io.kindling.cluster.strategy;
