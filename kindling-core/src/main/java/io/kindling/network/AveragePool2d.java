package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.List;

/**
 * The mean of each window and channel; padding does not count: {@code [height, width, channels]}
 * becomes {@code [places, places, channels]}.
 */
public record AveragePool2d(String name, Window window) implements Layer {

  /** Square windows that touch and do not overlap. */
  public static AveragePool2d of(int size) {
    return of(size, size).withStride(size);
  }

  /** Windows that move by one pixel. */
  public static AveragePool2d of(int height, int width) {
    return new AveragePool2d(null, Window.of(height, width));
  }

  public AveragePool2d withStride(int stride) {
    return new AveragePool2d(name, window.withStride(stride));
  }

  public AveragePool2d withPadding(Padding padding) {
    return new AveragePool2d(name, window.withPadding(padding));
  }

  @Override
  public AveragePool2d named(String name) {
    return new AveragePool2d(name, window);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape image = Layer.onlyImage(inputs);
    return window.over(image, image.dimension(-1));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).averagePooled(window);
  }
}
