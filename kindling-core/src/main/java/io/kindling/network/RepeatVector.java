package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The row so many times, along a new outermost axis: {@code [...]} becomes {@code [times, ...]}.
 */
public record RepeatVector(String name, int times) implements Layer {

  public RepeatVector {
    Layer.atLeast(1, "times", times);
  }

  public static RepeatVector of(int times) {
    return new RepeatVector(null, times);
  }

  @Override
  public RepeatVector named(String name) {
    return new RepeatVector(name, times);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    List<Integer> dimensions = new ArrayList<>(Layer.only(inputs).dimensions());
    dimensions.add(0, times);
    return new Shape(dimensions);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).reshaped(scope.outputShape().withDimension(0, 1)).repeated(0, times);
  }
}
