package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * y = γ x / √(mean(x²) + ε), the mean over the innermost axis of each place by itself. Zhang and
 * Sennrich, <i>Root Mean Square Layer Normalization</i>, 2019. Parameter: {@code gamma [channels]}.
 */
public record RmsNorm(String name, double epsilon) implements Layer {

  public RmsNorm {
    Layer.positive("epsilon", epsilon);
  }

  public static RmsNorm of() {
    return new RmsNorm(null, 1e-6);
  }

  public RmsNorm withEpsilon(double epsilon) {
    return new RmsNorm(name, epsilon);
  }

  @Override
  public RmsNorm named(String name) {
    return new RmsNorm(name, epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyArray(inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    Shape channels = Shape.of(Layer.only(inputs).dimension(-1));
    return List.of(new ParameterSpec("gamma", channels, Initializer.ones()));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return x.times(x.square().mean(-1).plus(epsilon).inverseSquareRoot())
        .times(scope.parameter("gamma"));
  }
}
