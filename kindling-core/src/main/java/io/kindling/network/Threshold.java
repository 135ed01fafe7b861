package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** x where it is greater than {@code threshold}, else {@code otherwise}. */
public record Threshold(String name, double threshold, double otherwise) implements Layer {

  public static Threshold of(double threshold, double otherwise) {
    return new Threshold(null, threshold, otherwise);
  }

  @Override
  public Threshold named(String name) {
    return new Threshold(name, threshold, otherwise);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.only(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor isAbove = x.isGreaterThan(threshold);
    return isAbove.times(x).plus(isAbove.negated().plus(1).times(otherwise));
  }
}
