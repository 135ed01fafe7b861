package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** A sequence, {@code [steps, channels]}, without its ends. */
public record Cropping1d(String name, int before, int behind) implements Layer {

  public Cropping1d {
    Layer.atLeast(0, "steps before", before);
    Layer.atLeast(0, "steps behind", behind);
  }

  public static Cropping1d of(int before, int behind) {
    return new Cropping1d(null, before, behind);
  }

  @Override
  public Cropping1d named(String name) {
    return new Cropping1d(name, before, behind);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape sequence = Layer.onlySequence(inputs);
    int left = sequence.dimension(0) - before - behind;
    if (left < 1) {
      throw new IllegalArgumentException("nothing is left of its input " + sequence);
    }
    return sequence.withDimension(0, left);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return x.slice(0, before, x.shape().dimension(0) - behind);
  }
}
