package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * 1 where a step of a sequence is there, 0 where it only fills up: {@code [steps]} of whole
 * numbers, or {@code [steps, channels]}, becomes {@code [steps]}. A step fills up where all of it
 * equals {@code filler}. Recurrent layers, attention and global pools take a mask as a further
 * input.
 */
public record Mask(String name, double filler) implements Layer {

  /** Where zeros fill up. */
  public static Mask of() {
    return new Mask(null, 0);
  }

  public static Mask of(double filler) {
    return new Mask(null, filler);
  }

  @Override
  public Mask named(String name) {
    return new Mask(name, filler);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Shape.of(Layer.onlyArray(inputs).dimension(0));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int steps = x.shape().dimension(0);
    Tensor isFiller = x.isEqualTo(x.constant(filler));
    Tensor share = isFiller.reshaped(steps, x.shape().size() / steps).mean(1).reshaped(steps);
    return x.constant(1).isGreaterThan(share);
  }
}
