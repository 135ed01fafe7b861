package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * y = γ (x − μ) / √(σ² + ε) + β per channel, the innermost axis. Ioffe and Szegedy, <i>Batch
 * Normalization</i>, 2015.
 *
 * <p>In training μ and σ² are the mean and the (biased) variance of the rows of one logical shard
 * within the step: ghost batches (Hoffer et al., <i>Train longer, generalize better</i>, 2017), the
 * same for any number of workers. In scoring they are the moving averages m ← momentum · m + (1 −
 * momentum) · batch, where a step's batch value is the mean over its ghost batches weighted by
 * their rows. Parameters: {@code gamma} and {@code beta}; state: {@code moving_mean} and {@code
 * moving_variance}, all {@code [channels]}.
 */
public record BatchNorm(String name, double momentum, double epsilon) implements Layer {

  public BatchNorm {
    Layer.share("momentum", momentum);
    Layer.positive("epsilon", epsilon);
  }

  public static BatchNorm of() {
    return new BatchNorm(null, 0.99, 1e-3);
  }

  public BatchNorm withMomentum(double momentum) {
    return new BatchNorm(name, momentum, epsilon);
  }

  public BatchNorm withEpsilon(double epsilon) {
    return new BatchNorm(name, momentum, epsilon);
  }

  @Override
  public BatchNorm named(String name) {
    return new BatchNorm(name, momentum, epsilon);
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
  public List<ParameterSpec> state(List<Shape> inputs) {
    Shape channels = Shape.of(Layer.only(inputs).dimension(-1));
    return List.of(
        new ParameterSpec("moving_mean", channels, Initializer.zeros()),
        new ParameterSpec("moving_variance", channels, Initializer.ones()));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor gamma = scope.parameter("gamma");
    Tensor beta = scope.parameter("beta");
    Tensor mean = scope.state("moving_mean");
    Tensor variance = scope.state("moving_variance");
    if (!scope.isTraining()) {
      Tensor scale = gamma.times(variance.plus(epsilon).inverseSquareRoot());
      return x.times(scale).plus(beta.minus(mean.times(scale)));
    }
    LayerScope.Normalized normalized = scope.normalizedByGroup(x, gamma, beta, epsilon);
    scope.setState("moving_mean", moved(mean, normalized.mean()));
    scope.setState("moving_variance", moved(variance, normalized.variance()));
    return normalized.output();
  }

  private Tensor moved(Tensor average, Tensor batch) {
    return average.times(momentum).plus(batch.times(1 - momentum));
  }

  @Override
  public boolean takesStatistics() {
    return true;
  }
}
