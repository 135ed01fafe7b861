package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * In training, adds normal noise around 0; in scoring nothing changes. The noise is a function of
 * seed, step and row.
 */
public record GaussianNoise(String name, double deviation) implements Layer {

  public GaussianNoise {
    Layer.positive("deviation", deviation);
  }

  public static GaussianNoise of(double deviation) {
    return new GaussianNoise(null, deviation);
  }

  @Override
  public GaussianNoise named(String name) {
    return new GaussianNoise(name, deviation);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.only(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return scope.isTraining() ? x.plus(scope.normal(x.shape()).times(deviation)) : x;
  }

  @Override
  public boolean drawsRandomNumbers() {
    return true;
  }
}
