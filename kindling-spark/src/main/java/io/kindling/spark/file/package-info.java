/**
 * Files and folders that are complete or not there, on any file system Hadoop knows.
 *
 * <p>Public: for whoever saves something that Spark's own writers would delete first.
 */
package io.kindling.spark.file;
