package io.kindling.network;

import io.kindling.tensor.Shape;
import java.util.List;

/**
 * The mean of each window and channel; padding does not count: {@code [height, width, channels]}
 * becomes {@code [places, places, channels]}.
 */
public record AveragePool2d(String name, int size, int stride, Padding padding) implements Layer {

  public AveragePool2d {
    Layer.atLeast(1, "window size", size);
    Layer.atLeast(1, "stride", stride);
  }

  /** Square windows that touch and do not overlap. */
  public static AveragePool2d of(int size) {
    return new AveragePool2d(null, size, size, Padding.VALID);
  }

  public AveragePool2d withStride(int stride) {
    return new AveragePool2d(name, size, stride, padding);
  }

  public AveragePool2d withPadding(Padding padding) {
    return new AveragePool2d(name, size, stride, padding);
  }

  @Override
  public AveragePool2d named(String name) {
    return new AveragePool2d(name, size, stride, padding);
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
