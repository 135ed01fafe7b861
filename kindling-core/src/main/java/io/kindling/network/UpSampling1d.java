package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/** Each step of a sequence so many times: {@code [steps, c]} becomes {@code [steps · times, c]}. */
public record UpSampling1d(String name, int times) implements Layer {

  public UpSampling1d {
    Layer.atLeast(1, "times", times);
  }

  public static UpSampling1d of(int times) {
    return new UpSampling1d(null, times);
  }

  @Override
  public UpSampling1d named(String name) {
    return new UpSampling1d(name, times);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape sequence = Layer.onlySequence(inputs);
    return sequence.withDimension(0, times * sequence.dimension(0));
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Shape sequence = inputs.get(0).shape();
    return inputs
        .get(0)
        .reshaped(sequence.dimension(0), 1, sequence.dimension(1))
        .repeated(1, times)
        .reshaped(scope.outputShape());
  }
}
