package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * Each pixel as {@code height × width} equal ones: {@code [h, w, c]} becomes {@code [h · height, w
 * · width, c]}.
 */
public record UpSampling2d(String name, int height, int width) implements Layer {

  public UpSampling2d {
    Layer.atLeast(1, "height", height);
    Layer.atLeast(1, "width", width);
  }

  public static UpSampling2d of(int factor) {
    return new UpSampling2d(null, factor, factor);
  }

  public static UpSampling2d of(int height, int width) {
    return new UpSampling2d(null, height, width);
  }

  @Override
  public UpSampling2d named(String name) {
    return new UpSampling2d(name, height, width);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape image = Layer.onlyImage(inputs);
    return image
        .withDimension(0, image.dimension(0) * height)
        .withDimension(1, image.dimension(1) * width);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Shape image = inputs.get(0).shape();
    int h = image.dimension(0);
    int w = image.dimension(1);
    int c = image.dimension(2);
    return inputs
        .get(0)
        .reshaped(h, 1, w, 1, c)
        .repeated(1, height)
        .repeated(3, width)
        .reshaped(scope.outputShape());
  }
}
