/**
 * A model as a service over HTTP: a {@code Predictor} behind the JDK's own server. Knows nothing of
 * Spark.
 */
package io.kindling.examples.serving;
