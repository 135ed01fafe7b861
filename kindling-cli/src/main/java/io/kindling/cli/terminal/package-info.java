/**
 * What a person sees in the terminal: a line of progress and tables.
 *
 * <p>Knows text, widths and clocks; knows neither Spark nor trainings. Everything that is printed
 * is made by a pure function first, so every line has a test.
 */
package io.kindling.cli.terminal;
