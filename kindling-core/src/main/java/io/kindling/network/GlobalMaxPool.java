package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * The largest value of each channel over all places of a sequence or a picture: {@code [...,
 * channels]} becomes {@code [channels]}. With the mask {@code [steps]} of a sequence behind it, the
 * largest of the steps that are there, and 0 where there is none.
 */
public record GlobalMaxPool(String name) implements Layer {

  /** So far below that no step that is left out is the largest. */
  private static final double FAR = 1e30;

  public static GlobalMaxPool of() {
    return new GlobalMaxPool(null);
  }

  @Override
  public GlobalMaxPool named(String name) {
    return new GlobalMaxPool(name);
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
      return places.largest(0).reshaped(channels);
    }
    Tensor mask = inputs.get(1).reshaped(places.shape().dimension(0), 1);
    Tensor largest = places.times(mask).plus(mask.minus(x.constant(1)).times(FAR)).largest(0);
    return largest.times(mask.largest(0)).reshaped(channels);
  }
}
