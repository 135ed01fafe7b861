package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** x above 0, else {@code slope} x. Maas et al., <i>Rectifier Nonlinearities</i>, 2013. */
public record LeakyRelu(String name, double slope) implements Layer {

  public LeakyRelu {
    Layer.share("slope", slope);
  }

  public static LeakyRelu of(double slope) {
    return new LeakyRelu(null, slope);
  }

  @Override
  public LeakyRelu named(String name) {
    return new LeakyRelu(name, slope);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.only(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return scope.pointwise(true, inputs.get(0), x -> x.leakyRelu(slope));
  }
}
