/**
 * What becomes of rows that do not hold what a network takes.
 *
 * <p>Public: values that stages take as params.
 */
package io.kindling.spark.input;
