/**
 * The gang: rows into shards, workers onto executors, and one training out of many Spark jobs.
 *
 * <p>May import {@code column}. Used by {@code stage} alone.
 */
package io.kindling.spark.job;
