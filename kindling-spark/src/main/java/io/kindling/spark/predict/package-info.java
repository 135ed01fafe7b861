/**
 * Models made elsewhere, on rows of Spark: their files on every node, columns to the values of a
 * signature and back, rows in blocks.
 */
package io.kindling.spark.predict;
