/**
 * Real executors on one machine: what {@code local-cluster} needs of a Spark installation, made
 * from the class path of the running JVM.
 *
 * <p>May import nothing else of Kindling. Touches only the folder it is given.
 */
package io.kindling.spark.local;
