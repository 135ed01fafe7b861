package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * max(0, x) + min(0, α (e^(x/α) − 1)). Barron, <i>Continuously Differentiable Exponential Linear
 * Units</i>, 2017.
 *
 * @param alpha α
 */
public record Celu(String name, double alpha) implements Layer {

  public Celu {
    Layer.positive("alpha", alpha);
  }

  public static Celu of(double alpha) {
    return new Celu(null, alpha);
  }

  @Override
  public Celu named(String name) {
    return new Celu(name, alpha);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.only(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return scope.pointwise(true, inputs.get(0), x -> x.times(1 / alpha).elu().times(alpha));
  }
}
