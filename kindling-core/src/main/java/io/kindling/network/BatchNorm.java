package io.kindling.network;

import io.kindling.tensor.Shape;
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
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "Invalid momentum " + momentum + ". Use 0 up to, not including, 1.");
    }
    if (!(epsilon > 0)) {
      throw new IllegalArgumentException(
          "Invalid epsilon " + epsilon + ". Use a small positive number, such as 1e-3.");
    }
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
    Shape input = Layer.only(inputs);
    if (input.isScalar()) {
      throw new IllegalArgumentException(
          "it takes rows of rank 1 or more but got scalars. Put Reshape.of(1) before it");
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
  public List<ParameterSpec> state(List<Shape> inputs) {
    Shape channels = Shape.of(Layer.only(inputs).dimension(-1));
    return List.of(
        new ParameterSpec("moving_mean", channels, Initializer.zeros()),
        new ParameterSpec("moving_variance", channels, Initializer.ones()));
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
