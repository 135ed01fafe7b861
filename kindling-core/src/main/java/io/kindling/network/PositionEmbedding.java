package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * x plus a trained vector for each step: {@code [steps, d]} stays {@code [steps, d]}. Gehring et
 * al., <i>Convolutional Sequence to Sequence Learning</i>, 2017. Parameter: {@code table [steps,
 * d]}.
 */
public record PositionEmbedding(String name, Initializer tableInitializer) implements Layer {

  public static PositionEmbedding of() {
    return new PositionEmbedding(null, Initializer.uniform(0.05));
  }

  @Override
  public PositionEmbedding named(String name) {
    return new PositionEmbedding(name, tableInitializer);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlySequence(inputs);
  }

  @Override
  public List<ParameterSpec> parameters(List<Shape> inputs) {
    return List.of(new ParameterSpec("table", Layer.onlySequence(inputs), tableInitializer));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).plus(scope.parameter("table"));
  }
}
