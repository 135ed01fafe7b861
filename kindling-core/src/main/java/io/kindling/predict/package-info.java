/**
 * Models that were made elsewhere, and how they are scored: values in, values out, by the names of
 * a signature.
 *
 * <p>May import {@code engine} for its exception, and nothing else of the core; knows no format. A
 * format is a {@link io.kindling.predict.ModelFormat} that the service loader finds, so that
 * whoever scores depends on this package alone. Nothing of a file reaches a native library before
 * its format has checked it against {@link io.kindling.predict.ModelLimits} and its list of
 * operations.
 */
package io.kindling.predict;
