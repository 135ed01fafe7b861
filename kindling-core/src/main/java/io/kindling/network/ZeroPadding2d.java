package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** Zeros around a picture, as many pixels as stated at each side. */
public record ZeroPadding2d(String name, int top, int bottom, int left, int right)
    implements Layer {

  public ZeroPadding2d {
    Layer.atLeast(0, "top", top);
    Layer.atLeast(0, "bottom", bottom);
    Layer.atLeast(0, "left", left);
    Layer.atLeast(0, "right", right);
  }

  public static ZeroPadding2d of(int pixels) {
    return of(pixels, pixels, pixels, pixels);
  }

  public static ZeroPadding2d of(int top, int bottom, int left, int right) {
    return new ZeroPadding2d(null, top, bottom, left, right);
  }

  @Override
  public ZeroPadding2d named(String name) {
    return new ZeroPadding2d(name, top, bottom, left, right);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape image = Layer.onlyImage(inputs);
    return image
        .withDimension(0, image.dimension(0) + top + bottom)
        .withDimension(1, image.dimension(1) + left + right);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).padded(0, top, bottom, 0).padded(1, left, right, 0);
  }
}
