package io.kindling.optimizer;

/**
 * All of an update, before a transformation that looks at all of it.
 *
 * @param update up to the end of the last array that is not sparse; may be longer
 * @param parameters to be read only
 * @param slots the transformation's own state
 * @param norm Euclidean, over sparse arrays too; NaN where the transformation does not look
 */
public record WholeUpdate(float[] update, float[] parameters, float[][] slots, double norm) {}
