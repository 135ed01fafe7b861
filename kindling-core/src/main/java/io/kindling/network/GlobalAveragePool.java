package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * The mean of each channel over all places of a sequence or a picture: {@code [..., channels]}
 * becomes {@code [channels]}. With the mask {@code [steps]} of a sequence behind it, the mean of
 * the steps that are there, and 0 where there is none.
 */
public record GlobalAveragePool(String name) implements Layer {

  public static GlobalAveragePool of() {
    return new GlobalAveragePool(null);
  }

  @Override
  public GlobalAveragePool named(String name) {
    return new GlobalAveragePool(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Sequences.pooled(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int channels = x.shape().dimension(-1);
    Tensor places = x.reshaped(x.shape().size() / channels, channels);
    if (inputs.size() == 1) {
      return places.mean(0).reshaped(channels);
    }
    Tensor mask = inputs.get(1).reshaped(places.shape().dimension(0), 1);
    Tensor count = mask.sum(0).maximum(x.constant(1));
    return places.times(mask).sum(0).dividedBy(count).reshaped(channels);
  }
}
