package io.kindling.network;

import java.util.List;

/** A value inside a network in the functional form: an input, or a layer applied to other nodes. */
public sealed interface Node permits Input, Node.Applied {

  /** A layer's output. Two nodes are the same only if they are the same object. */
  final class Applied implements Node {

    private final Layer layer;
    private final List<Node> inputs;

    Applied(Layer layer, List<Node> inputs) {
      this.layer = layer;
      this.inputs = inputs;
    }

    Layer layer() {
      return layer;
    }

    List<Node> inputs() {
      return inputs;
    }
  }
}
