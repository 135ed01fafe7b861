/**
 * What a training says while it goes on, on Spark's listener bus.
 *
 * <p>Public: register a {@code SparkListener} and look for these types in {@code onOtherEvent}.
 */
package io.kindling.spark.event;
