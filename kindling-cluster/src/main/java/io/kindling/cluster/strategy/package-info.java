/**
 * Strategies in which workers train by themselves and agree now and then: local SGD, and parameter
 * servers.
 *
 * <p>Knows all-reduce, links and memberships; knows nothing of Spark.
 *
 * <p>When {@code agree} has returned, every worker has the same parameters, mutable state, averages
 * and measured steps, bit for bit; every change that any worker had to send by then has been taken
 * or refused, once; and nobody goes on before all have them. A server keeps nothing that is not
 * begun anew with the next generation: with a server, wherever it is, changes since the last
 * agreement are lost, and nothing else. What optimizers of workers remember is each worker's own,
 * and only where servers have the optimizer is it the same for all.
 */
package io.kindling.cluster.strategy;
