/**
 * Models on Hadoop file systems, in Spark ML's way: metadata and archive side by side in one
 * folder.
 *
 * <p>A folder is written beside its final place and moved there when it is complete; what stood
 * there before is deleted last.
 */
package io.kindling.spark.storage;
