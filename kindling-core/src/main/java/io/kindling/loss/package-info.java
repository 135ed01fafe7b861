/**
 * What training makes small. A loss states its formula, what output it takes and what target
 * belongs to it; engines compute it through {@link io.kindling.loss.LossVisitor}.
 *
 * <p>May import {@code tensor} and {@code network}.
 */
package io.kindling.loss;
