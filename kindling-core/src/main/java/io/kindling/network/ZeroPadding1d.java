package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** Zeros around a sequence, {@code [steps, channels]}. */
public record ZeroPadding1d(String name, int before, int behind) implements Layer {

  public ZeroPadding1d {
    Layer.atLeast(0, "steps before", before);
    Layer.atLeast(0, "steps behind", behind);
  }

  public static ZeroPadding1d of(int before, int behind) {
    return new ZeroPadding1d(null, before, behind);
  }

  @Override
  public ZeroPadding1d named(String name) {
    return new ZeroPadding1d(name, before, behind);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape sequence = Layer.onlySequence(inputs);
    return sequence.withDimension(0, before + sequence.dimension(0) + behind);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).padded(0, before, behind, 0);
  }
}
