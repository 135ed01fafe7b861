/**
 * What Kindling adds to a session of Spark.
 *
 * <p>Public: where a user begins who writes no stage.
 */
package io.kindling.spark;
