package io.kindling.network;

import io.kindling.tensor.Shape;
import java.util.List;

/**
 * The largest value of each window and channel: {@code [height, width, channels]} becomes {@code
 * [places, places, channels]}.
 */
public record MaxPool2d(String name, int size, int stride, Padding padding) implements Layer {

  public MaxPool2d {
    Layer.atLeast(1, "window size", size);
    Layer.atLeast(1, "stride", stride);
  }

  /** Square windows that touch and do not overlap. */
  public static MaxPool2d of(int size) {
    return new MaxPool2d(null, size, size, Padding.VALID);
  }

  public MaxPool2d withStride(int stride) {
    return new MaxPool2d(name, size, stride, padding);
  }

  public MaxPool2d withPadding(Padding padding) {
    return new MaxPool2d(name, size, stride, padding);
  }

  @Override
  public MaxPool2d named(String name) {
    return new MaxPool2d(name, size, stride, padding);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape image = Layer.onlyImage(inputs);
    return Layer.slide(image, size, size, stride, padding, image.dimension(-1));
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
