package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * y = γ (x − μ) / √(σ² + ε) + β with mean and biased variance over all places and the channels of
 * one group, for each row by itself. Wu and He, <i>Group Normalization</i>, 2018. Parameters:
 * {@code gamma} and {@code beta}, both {@code [channels]}.
 *
 * @param groups into so many equal parts the channels are divided, in order
 */
public record GroupNorm(String name, int groups, double epsilon) implements Layer {

  public GroupNorm {
    Layer.atLeast(1, "groups", groups);
    Layer.positive("epsilon", epsilon);
  }

  public static GroupNorm of(int groups) {
    return new GroupNorm(null, groups, 1e-3);
  }

  public GroupNorm withEpsilon(double epsilon) {
    return new GroupNorm(name, groups, epsilon);
  }

  @Override
  public GroupNorm named(String name) {
    return new GroupNorm(name, groups, epsilon);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Layer.onlyArray(inputs);
    if (input.dimension(-1) % groups != 0) {
      throw new IllegalArgumentException(
          "its " + groups + " groups do not divide the channels of its input " + input);
    }
    return input;
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
    int channels = x.shape().dimension(-1);
    Tensor parts = x.reshaped(x.shape().size() / channels, groups, channels / groups);
    Tensor centred = parts.minus(parts.mean(0, 2));
    return centred
        .times(centred.square().mean(0, 2).plus(epsilon).inverseSquareRoot())
        .reshaped(x.shape())
        .times(scope.parameter("gamma"))
        .plus(scope.parameter("beta"));
  }
}
