/**
 * Models on Hadoop file systems, in Spark ML's way: metadata and archive side by side in one
 * folder.
 *
 * <p>A folder is written beside its final place and moved there when it is complete; what stood
 * there before is deleted last. Where the process dies in between, whoever loads finds the old
 * folder aside. A {@code PipelineModel} is loaded by Spark's own reader, which looks at the path
 * and nowhere else: save and load it through {@link io.kindling.spark.file.CompleteFolder}.
 */
package io.kindling.spark.storage;
