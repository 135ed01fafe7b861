/**
 * What flows: element types, shapes, batches of rows as tensors, and tensors inside a computation.
 *
 * <p>Imports nothing else of Kindling. Shapes speak of one row; the batch dimension stands before
 * them and is never written down.
 */
package io.kindling.tensor;
