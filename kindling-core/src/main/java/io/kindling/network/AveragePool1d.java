package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.List;

/**
 * The mean of each window and channel; padding does not count: {@code [steps, channels]} becomes
 * {@code [places, channels]}.
 *
 * @param window one high
 */
public record AveragePool1d(String name, Window window) implements Layer {

  public AveragePool1d {
    Sequences.checkWindow(window);
  }

  /** Windows that touch and do not overlap. */
  public static AveragePool1d of(int size) {
    return new AveragePool1d(null, Window.of(1, size).withStride(size));
  }

  public AveragePool1d withStride(int stride) {
    return new AveragePool1d(name, window.withStride(stride));
  }

  public AveragePool1d withPadding(Padding padding) {
    return new AveragePool1d(name, window.withPadding(padding));
  }

  @Override
  public AveragePool1d named(String name) {
    return new AveragePool1d(name, window);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape sequence = Layer.onlySequence(inputs);
    return Sequences.over(window, sequence, sequence.dimension(-1));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return Sequences.asImage(inputs.get(0)).averagePooled(window).reshaped(scope.outputShape());
  }
}
