/**
 * How rows are scored: one loaded model per executor, blocks of rows through it, and the results as
 * new columns, in the same plan for tables and streams.
 *
 * <p>May import {@code column}, Kindling's core and Spark; knows no engine by name, no training and
 * no stage. Input columns come out as they went in, in place and order; whatever was opened for a
 * task is closed when the task ends, however it ends.
 */
package io.kindling.spark.scoring;
