package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * x above 0, else a x, with a trained slope per channel, the innermost axis. He et al., <i>Delving
 * Deep into Rectifiers</i>, 2015. Parameter: {@code slope [channels]}, 0.25 at first as in the
 * paper.
 */
public record PRelu(String name, Initializer slopeInitializer) implements Layer {

  public static PRelu of() {
    return new PRelu(null, Initializer.constant(0.25f));
  }

  public PRelu withSlopeInitializer(Initializer initializer) {
    return new PRelu(name, initializer);
  }

  @Override
  public PRelu named(String name) {
    return new PRelu(name, slopeInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlyArray(inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    return List.of(
        new ParameterSpec("slope", Shape.of(Layer.only(inputs).dimension(-1)), slopeInitializer));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return x.relu().minus(scope.parameter("slope").times(x.negated().relu()));
  }
}
