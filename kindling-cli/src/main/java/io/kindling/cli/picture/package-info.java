/**
 * Pictures of a training: its loss curve and its confusion matrix, as PNG files.
 *
 * <p>Takes plain arrays and names; knows neither Spark nor trainings. Needs neither a display nor
 * an installed font: the letters are drawn with a stroke font of this package, so that a picture
 * looks the same on every machine.
 */
package io.kindling.cli.picture;
