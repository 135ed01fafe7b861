package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** A picture without its border, as many pixels as stated at each side. */
public record Cropping2d(String name, int top, int bottom, int left, int right) implements Layer {

  public Cropping2d {
    Layer.atLeast(0, "top", top);
    Layer.atLeast(0, "bottom", bottom);
    Layer.atLeast(0, "left", left);
    Layer.atLeast(0, "right", right);
  }

  public static Cropping2d of(int pixels) {
    return of(pixels, pixels, pixels, pixels);
  }

  public static Cropping2d of(int top, int bottom, int left, int right) {
    return new Cropping2d(null, top, bottom, left, right);
  }

  @Override
  public Cropping2d named(String name) {
    return new Cropping2d(name, top, bottom, left, right);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape image = Layer.onlyImage(inputs);
    if (image.dimension(0) <= top + bottom || image.dimension(1) <= left + right) {
      throw new IllegalArgumentException("nothing is left of its input " + image);
    }
    return image
        .withDimension(0, image.dimension(0) - top - bottom)
        .withDimension(1, image.dimension(1) - left - right);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Shape image = x.shape();
    return x.slice(0, top, image.dimension(0) - bottom).slice(1, left, image.dimension(1) - right);
  }
}
