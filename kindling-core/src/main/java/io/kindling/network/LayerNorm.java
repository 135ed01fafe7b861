package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * y = γ (x − μ) / √(σ² + ε) + β with mean and biased variance over the innermost axis of each place
 * by itself. Ba et al., <i>Layer Normalization</i>, 2016. Parameters: {@code gamma} and {@code
 * beta}, both {@code [channels]}.
 */
public record LayerNorm(String name, double epsilon) implements Layer {

  public LayerNorm {
    Layer.positive("epsilon", epsilon);
  }

  public static LayerNorm of() {
    return new LayerNorm(null, 1e-3);
  }

  public LayerNorm withEpsilon(double epsilon) {
    return new LayerNorm(name, epsilon);
  }

  @Override
  public LayerNorm named(String name) {
    return new LayerNorm(name, epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyArray(inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    Shape channels = Shape.of(Layer.only(inputs).dimension(-1));
    return List.of(
        new ParameterSpec("gamma", channels, Initializer.ones()),
        new ParameterSpec("beta", channels, Initializer.zeros()));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor centred = x.minus(x.mean(-1));
    return centred
        .times(centred.square().mean(-1).plus(epsilon).inverseSquareRoot())
        .times(scope.parameter("gamma"))
        .plus(scope.parameter("beta"));
  }
}
