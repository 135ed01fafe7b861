/**
 * Handwritten-looking digits that need no download: drawn stroke by stroke from a seed, so that
 * executors can make any part of the data set anywhere and get the same pixels.
 *
 * <p>Knows neither Spark nor networks. A digit is a pure function of seed and index: the same two
 * numbers give the same bits on every machine.
 */
package io.kindling.cli.digits;
