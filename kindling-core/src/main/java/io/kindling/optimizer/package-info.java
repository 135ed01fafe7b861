/**
 * How gradients change parameters: chains of pure transformations over flat arrays, and recipes
 * made of them.
 *
 * <p>May import {@code tensor} and {@code network}. State goes in and comes out; the arrays are
 * worked on in place, block by block, so that a block stays in the processor's cache from the
 * reading of its gradient to the writing of its parameters.
 */
package io.kindling.optimizer;
