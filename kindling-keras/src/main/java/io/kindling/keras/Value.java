package io.kindling.keras;

import io.kindling.network.Node;
import io.kindling.tensor.Shape;
import java.util.Optional;

/**
 * What a layer of the file made: a node of our network, and what Keras carries along with it.
 *
 * @param shape of a row
 * @param mask which steps are there, {@code [steps]}, for layers behind that look at it
 * @param unequalTo of Keras's {@code NotEqual}: the node is what is compared with this number
 */
record Value(Node node, Shape shape, Optional<Value> mask, Optional<Double> unequalTo) {

  static Value of(Node node, Shape shape) {
    return new Value(node, shape, Optional.empty(), Optional.empty());
  }

  Value masked(Optional<Value> mask) {
    return new Value(node, shape, mask, unequalTo);
  }
}
