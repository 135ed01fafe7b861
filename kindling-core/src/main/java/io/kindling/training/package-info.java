/**
 * The training loop of one worker: the order of rows, the step, the epoch, and the one place where
 * workers meet.
 *
 * <p>May import all packages of this module but {@code tuning}; knows no Spark, no sockets and no
 * engine by name. The order of rows is a function of (shards, seed, epoch), never of the number of
 * workers.
 */
package io.kindling.training;
