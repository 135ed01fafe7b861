/**
 * Checkpoints of a training, on any file system Hadoop knows.
 *
 * <p>A checkpoint is complete or not there. Knows training states as snapshots; knows nothing of
 * stages, jobs and workers.
 */
package io.kindling.spark.checkpoint;
