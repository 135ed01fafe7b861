package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * In training, each number times one that is normal around 1 with the variance rate / (1 − rate);
 * in scoring nothing changes. Srivastava et al., <i>Dropout</i>, 2014, section 10.
 */
public record GaussianDropout(String name, double rate) implements Layer {

  public GaussianDropout {
    Layer.share("dropout rate", rate);
  }

  public static GaussianDropout of(double rate) {
    return new GaussianDropout(null, rate);
  }

  @Override
  public GaussianDropout named(String name) {
    return new GaussianDropout(name, rate);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.only(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    if (!scope.isTraining() || rate == 0) {
      return x;
    }
    return x.times(scope.normal(x.shape()).times(Math.sqrt(rate / (1 - rate))).plus(1));
  }

  @Override
  public boolean drawsRandomNumbers() {
    return rate > 0;
  }
}
