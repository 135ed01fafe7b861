/**
 * Small tensor programs over the columns of tables and streams: in blocks, row by row, reduced, and
 * aggregated by key.
 */
package io.kindling.spark.frame;
