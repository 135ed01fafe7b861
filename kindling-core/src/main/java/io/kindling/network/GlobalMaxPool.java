package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * The largest value of each channel over all places of a sequence or a picture: {@code [...,
 * channels]} becomes {@code [channels]}.
 */
public record GlobalMaxPool(String name) implements Layer {

  public static GlobalMaxPool of() {
    return new GlobalMaxPool(null);
  }

  @Override
  public GlobalMaxPool named(String name) {
    return new GlobalMaxPool(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(Layer.onlyArray(inputs).dimension(-1));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int channels = x.shape().dimension(-1);
    Tensor places = x.reshaped(x.shape().size() / channels, channels);
    return places.largest(0).reshaped(channels);
  }
}
