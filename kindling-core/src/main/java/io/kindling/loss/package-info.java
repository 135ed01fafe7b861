/**
 * What training makes small. A loss states its formula, what output it takes, what target belongs
 * to it and, in the operations of {@link io.kindling.tensor.Tensor}, what a row costs.
 *
 * <p>May import {@code tensor} and {@code network}.
 */
package io.kindling.loss;
