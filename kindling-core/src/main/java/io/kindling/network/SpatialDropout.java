package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * In training, each channel, the innermost axis, is zero as a whole with probability {@code rate}
 * and is otherwise divided by {@code 1 - rate}; in scoring nothing changes. Tompson et al.,
 * <i>Efficient Object Localization Using Convolutional Networks</i>, 2015.
 */
public record SpatialDropout(String name, double rate) implements Layer {

  public SpatialDropout {
    Layer.share("dropout rate", rate);
  }

  public static SpatialDropout of(double rate) {
    return new SpatialDropout(null, rate);
  }

  @Override
  public SpatialDropout named(String name) {
    return new SpatialDropout(name, rate);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyArray(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return scope.isTraining() && rate > 0
        ? x.times(scope.dropoutMask(rate, Shape.of(x.shape().dimension(-1))))
        : x;
  }

  @Override
  public boolean drawsRandomNumbers() {
    return rate > 0;
  }
}
