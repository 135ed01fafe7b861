/**
 * The compute engine of an executor: one per JVM, its native library unpacked once per node.
 *
 * <p>The only place that knows which engine Kindling's stages use.
 */
package io.kindling.spark.engine;
