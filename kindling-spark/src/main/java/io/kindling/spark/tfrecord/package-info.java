/**
 * Files of TFRecords as a source and a sink of Spark, {@code format("tfrecord")}: records and their
 * checksums, {@code Example} and {@code SequenceExample} straight into Spark's internal rows and
 * from them. Knows no model and no TensorFlow.
 *
 * <p>Whatever a file declares is compared with what is there before memory is taken for it.
 */
package io.kindling.spark.tfrecord;
