package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.kindling.tensor.Shape;
import java.util.List;

/**
 * One step of a network, as a value: what it is, not what it computes. Engines compute through
 * {@link LayerVisitor}.
 *
 * <p>A layer without a name gets one from its kind and place, {@code dense_1}. Layers of one name
 * in a network are one layer: they share their parameters, and must be equal.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Dense.class, name = "dense"),
  @JsonSubTypes.Type(value = Conv2d.class, name = "conv2d"),
  @JsonSubTypes.Type(value = MaxPool2d.class, name = "max_pool2d"),
  @JsonSubTypes.Type(value = AveragePool2d.class, name = "average_pool2d"),
  @JsonSubTypes.Type(value = Flatten.class, name = "flatten"),
  @JsonSubTypes.Type(value = Reshape.class, name = "reshape"),
  @JsonSubTypes.Type(value = Dropout.class, name = "dropout"),
  @JsonSubTypes.Type(value = BatchNorm.class, name = "batch_norm"),
  @JsonSubTypes.Type(value = Activate.class, name = "activate"),
  @JsonSubTypes.Type(value = Add.class, name = "add"),
  @JsonSubTypes.Type(value = Concatenate.class, name = "concatenate")
})
public sealed interface Layer
    permits Dense,
        Conv2d,
        MaxPool2d,
        AveragePool2d,
        Flatten,
        Reshape,
        Dropout,
        BatchNorm,
        Activate,
        Add,
        Concatenate {

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

  <R> R accept(LayerVisitor<R> visitor);

  /** Applies this layer to nodes, in the functional form of a network. */
  default Node on(Node... inputs) {
    return new Node.Applied(this, List.of(inputs));
  }

  /** The one input of a layer that takes one. */
  static Shape only(List<Shape> inputs) {
    if (inputs.size() != 1) {
      throw new IllegalArgumentException(
          "it takes 1 input but got " + inputs.size() + ": " + inputs);
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

  /** Output of a window that slides over a picture. */
  static Shape slide(
      Shape image, int height, int width, int stride, Padding padding, int channels) {
    if (padding == Padding.VALID && (image.dimension(0) < height || image.dimension(1) < width)) {
      throw new IllegalArgumentException(
          "its window of "
              + height
              + " × "
              + width
              + " is larger than its input "
              + image
              + ". Use padding 'same' or a"
              + " smaller window");
    }
    return Shape.of(
        padding.places(image.dimension(0), height, stride),
        padding.places(image.dimension(1), width, stride),
        channels);
  }

  /** Refuses a setting below its least value. */
  static void atLeast(int least, String setting, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "Invalid " + setting + " " + value + ". Use at least " + least + ".");
    }
  }
}
