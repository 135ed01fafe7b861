/**
 * Rows to tensors and back: which column feeds which tensor, checked once against a schema, and the
 * bulk copies between Spark's internal rows, blocks of rows, and the memory of a batch.
 *
 * <p>May import {@code io.kindling.tensor} and Spark; knows no program, no training and no scoring.
 * A row that cannot be copied exactly as the binding says is an error that names the column, the
 * row and what to do; nothing is filled in but what a policy asks for.
 */
package io.kindling.spark.column;
