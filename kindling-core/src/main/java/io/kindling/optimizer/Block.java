package io.kindling.optimizer;

/**
 * A range of the flat arrays while a chain works on it: copies, all of them indexed from 0.
 *
 * <p>Copies, because Java 17 makes vector instructions of a loop only where every array has the
 * same index: an Adam that reads {@code m[from + i]} beside {@code u[i]} takes 3.3 times as long as
 * one that copies {@code m} in and out of the first-level cache.
 *
 * @param update the gradient at first, then what each transformation made of it
 * @param length floats in the range; the arrays may be longer
 * @param parameters the parameters of the range, to be read only
 * @param slots the transformation's own state of the range
 */
public record Block(float[] update, int length, float[] parameters, float[][] slots) {}
