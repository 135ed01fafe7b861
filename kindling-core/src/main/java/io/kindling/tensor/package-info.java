/**
 * What flows: element types, shapes, and batches of rows as tensors.
 *
 * <p>Imports nothing else of Kindling. Shapes speak of one row; the batch dimension stands before
 * them and is never written down.
 */
package io.kindling.tensor;
