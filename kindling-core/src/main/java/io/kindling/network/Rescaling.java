package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** y = x · scale + offset, such as 1/255 for pixels. */
public record Rescaling(String name, double scale, double offset) implements Layer {

  public static Rescaling of(double scale) {
    return of(scale, 0);
  }

  public static Rescaling of(double scale, double offset) {
    return new Rescaling(null, scale, offset);
  }

  @Override
  public Rescaling named(String name) {
    return new Rescaling(name, scale, offset);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.only(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).times(scale).plus(offset);
  }
}
