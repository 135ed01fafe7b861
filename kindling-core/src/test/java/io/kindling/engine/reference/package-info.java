/**
 * A slow, obviously right engine for tests: loops over doubles, one per formula, with a reverse
 * pass that mirrors them.
 *
 * <p>May import all that {@code engine} may. It computes what the operations' documentation says
 * and nothing cleverer, so that other engines, and the training loop, can be held against it.
 */
package io.kindling.engine.reference;
