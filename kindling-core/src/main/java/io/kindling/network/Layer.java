package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * One step of a network, as a value: its settings, the shapes it takes and makes, its parameters,
 * and what it computes, in the operations of {@link Tensor}.
 *
 * <p>A layer without a name gets one from its kind and place, {@code dense_1}. Layers of one name
 * in a network are one layer: they share their parameters, and must be equal.
 *
 * <p>Kindling's own are in the table of {@link LayerType}. Anyone may write another: a record whose
 * components are its settings, {@code name} among them, which Jackson can write and read; in a
 * network's text it stands under its class name.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "type")
@JsonTypeIdResolver(LayerTypeIds.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public interface Layer {

  /** The name it was given, or null. */
  String name();

  /** The same layer under a name. */
  Layer named(String name);

  /**
   * The shape it makes of its inputs.
   *
   * @throws IllegalArgumentException if it cannot take them; the network adds the layer's name to
   *     the message
   */
  Shape outputShape(List<Shape> inputs);

  /** Its trainable arrays; names are roles, such as {@code kernel}. */
  default List<ParameterSpec> parameters(List<Shape> inputs) {
    return List.of();
  }

  /** Its arrays that training changes without a gradient, such as moving averages. */
  default List<ParameterSpec> state(List<Shape> inputs) {
    return List.of();
  }

  /**
   * What it computes.
   *
   * @param inputs of the shapes that {@link #outputShape} was asked about, which the result has to
   *     agree with
   */
  Tensor apply(LayerScope scope, List<Tensor> inputs);

  /** The function that its output comes from last. */
  default Activation lastActivation() {
    return Activation.LINEAR;
  }

  /** Whether its inputs stay whole numbers where the network's are; else they are made floats. */
  default boolean takesWholeNumbers() {
    return false;
  }

  /** Whether it draws random numbers in training. */
  default boolean drawsRandomNumbers() {
    return false;
  }

  /** Whether it takes statistics of ghost batches in training. */
  default boolean takesStatistics() {
    return false;
  }

  /** Applies this layer to nodes, in the functional form of a network. */
  default Node on(Node... inputs) {
    Layer layer = this;
    for (Node node : inputs) {
      if (node instanceof Input input
          && input.encoding().isPresent()
          && input.encoding().get() instanceof NonZeros vectors) {
        layer = layer.ofSparse(vectors.size());
      }
    }
    return new Node.Applied(layer, List.of(inputs));
  }

  /**
   * The layer that computes the same of a sparse input, {@code [most, 2]} pairs of place and value.
   *
   * @param size elements of the vectors, zeros included
   * @throws IllegalArgumentException if there is none
   */
  default Layer ofSparse(int size) {
    throw new IllegalArgumentException(
        "Invalid network: "
            + getClass().getSimpleName()
            + " takes no sparse input. Put a Dense or an Embedding before it, or use Input.of.");
  }

  /** The one input of a layer that takes one. */
  static Shape only(List<Shape> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "it takes 1 input but got " + inputs.size() + ": " + inputs);
    }
    return inputs.get(0);
  }

  /** The one input of a layer that takes anything but scalars. */
  static Shape onlyArray(List<Shape> inputs) {
    Shape shape = only(inputs);
    if (shape.isScalar()) {
      throw new IllegalArgumentException(
          "it takes rows of rank 1 or more but got scalars. Put Reshape.of(1) before it");
    }
    return shape;
  }

  /** The one input of a layer that takes sequences. */
  static Shape onlySequence(List<Shape> inputs) {
    Shape shape = only(inputs);
    if (shape.rank() != 2) {
      throw new IllegalArgumentException(
          "it takes rows of shape [steps, channels] but got "
              + shape
              + ". Put a Reshape before it");
    }
    return shape;
  }

  /** The common shape of the two or more inputs of a layer that merges them element by element. */
  static Shape onlyEqual(List<Shape> inputs) {
    if (inputs.size() < 2 || inputs.stream().distinct().count() != 1) {
      throw new IllegalArgumentException(
          "it takes two or more inputs of one shape but got " + inputs);
    }
    return inputs.get(0);
  }

  /** The one input of a layer that takes pictures. */
  static Shape onlyImage(List<Shape> inputs) {
    Shape shape = only(inputs);
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          "it takes rows of shape [height, width, channels] but got "
              + shape
              + ". Put a Reshape before it");
    }
    return shape;
  }

  /** Refuses a share that is none. */
  static void share(String setting, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "Invalid " + setting + " " + value + ". Use 0 up to, not including, 1.");
    }
  }

  /** Refuses a setting that is not above zero. */
  static void positive(String setting, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(
          "Invalid " + setting + " " + value + ". Use a positive number.");
    }
  }

  /** Refuses a setting below its least value. */
  static void atLeast(int least, String setting, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "Invalid " + setting + " " + value + ". Use at least " + least + ".");
    }
  }
}
