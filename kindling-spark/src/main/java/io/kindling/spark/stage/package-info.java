/**
 * Kindling's Spark ML stages: estimators that train networks and models that score, with ordinary
 * params.
 *
 * <p>Public. Every param is a literal; networks and optimizers are set as objects and kept as their
 * canonical JSON.
 */
package io.kindling.spark.stage;
