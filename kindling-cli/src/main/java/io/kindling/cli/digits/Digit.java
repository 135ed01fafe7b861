package io.kindling.cli.digits;

/**
 * A picture of one digit and which digit it shows.
 *
 * @param pixels {@link Digits#SIDE} rows of {@link Digits#SIDE} values, row by row from the top; 0
 *     is paper, 1 is full ink
 * @param label 0 to 9
 */
public record Digit(float[] pixels, int label) {}
