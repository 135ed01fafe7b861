package io.kindling.network;

import io.kindling.tensor.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is trained, as an immutable value: inputs, outputs, and the arrays it is made of. {@link
 * LayerNetwork} is made of layers; other implementations bring a graph of their own.
 */
public interface Network {

  List<TensorSpec> inputs();

  List<TensorSpec> outputs();

  /** By the names of inputs: how columns become the numbers that enter there. */
  default Map<String, Encoding> encodings() {
    return Map.of();
  }

  /**
   * This network up to other outputs, which it has inside.
   *
   * @throws IllegalArgumentException if it has no such values
   */
  default Network withOutputs(List<String> names) {
    throw new IllegalArgumentException(
        "Unsupported outputs "
            + names
            + ": "
            + getClass().getSimpleName()
            + " shows nothing of its inside. Make it with these outputs.");
  }

  /** The trainable arrays. */
  ParameterLayout parameters();

  /** The arrays that training changes without a gradient. */
  ParameterLayout state();

  /**
   * Bytes of the largest tensor that one row becomes on its way, as far as the network tells: of
   * its inputs and outputs at least, and of what lies between them where that is known.
   */
  default long widestRowBytes() {
    return Stream.concat(inputs().stream(), outputs().stream())
        .mapToLong(TensorSpec::rowBytes)
        .max()
        .orElseThrow();
  }

  /** One text per network; {@link NetworkFormat#parse} makes an equal network of it. */
  String toJson();

  /** A table for people: layers, shapes, parameter counts. */
  String summary();

  /** A chain of layers. */
  static LayerNetwork sequential(Input input, Layer... layers) {
    Node node = input;
    Map<String, Layer> named = new HashMap<>();
    for (Layer layer : layers) {
      Layer other = layer.name() == null ? null : named.putIfAbsent(layer.name(), layer);
      if (layer.equals(other) && layer != other) {
        throw new IllegalArgumentException(
            "Invalid network: two layers are named '"
                + layer.name()
                + "'. Give them different names, or the same object twice if they are to share their"
                + " parameters.");
      }
      node = layer.on(node);
    }
    return functional(List.of(input), List.of(node));
  }

  /**
   * Any acyclic network of layers.
   *
   * @param inputs in the order in which they are to be fed
   * @param outputs nodes that can be reached from the inputs; an output is named after its layer
   */
  static LayerNetwork functional(List<Input> inputs, List<Node> outputs) {
    return LayerNetwork.of(inputs, outputs);
  }
}
