/**
 * Networks that learn from real data sets: each class reads one, trains through Kindling's stages
 * of Spark ML, and measures on rows that it has not trained on.
 *
 * <p>May import what users of Kindling import, and Spark. A task sees test rows only to measure:
 * whatever is taken from data, be it a vocabulary or a mean, is taken from the training rows.
 */
package io.kindling.examples.learning;
