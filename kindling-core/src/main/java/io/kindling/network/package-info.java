/**
 * What is trained: networks of layers as immutable values, and their parameters as flat arrays with
 * named views.
 *
 * <p>May import {@code tensor}. Knows no engine: a layer states its shapes and parameters and, in
 * the operations of {@link io.kindling.tensor.Tensor}, what it computes. Every network has one
 * canonical JSON text, and the text alone makes the network again.
 */
package io.kindling.network;
