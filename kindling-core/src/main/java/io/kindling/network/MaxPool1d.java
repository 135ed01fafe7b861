package io.kindling.network;

import io.kindling.tensor.Padding;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.Window;
import java.util.List;

/**
 * The largest value of each window and channel: {@code [steps, channels]} becomes {@code [places,
 * channels]}.
 *
 * @param window one high
 */
public record MaxPool1d(String name, Window window) implements Layer {

  public MaxPool1d {
    Sequences.checkWindow(window);
  }

  /** Windows that touch and do not overlap. */
  public static MaxPool1d of(int size) {
    return new MaxPool1d(null, Window.of(1, size).withStride(size));
  }

  public MaxPool1d withStride(int stride) {
    return new MaxPool1d(name, window.withStride(stride));
  }

  public MaxPool1d withPadding(Padding padding) {
    return new MaxPool1d(name, window.withPadding(padding));
  }

  @Override
  public MaxPool1d named(String name) {
    return new MaxPool1d(name, window);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape sequence = Layer.onlySequence(inputs);
    return Sequences.over(window, sequence, sequence.dimension(-1));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return Sequences.asImage(inputs.get(0)).maxPooled(window).reshaped(scope.outputShape());
  }
}
