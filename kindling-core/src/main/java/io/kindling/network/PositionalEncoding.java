package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;

/**
 * x + sin(p / 10000^(2i/d)) in column 2i, and cos of the same in column 2i + 1, at step p: {@code
 * [steps, d]} stays {@code [steps, d]}. Vaswani et al., 2017.
 */
public record PositionalEncoding(String name) implements Layer {

  public static PositionalEncoding of() {
    return new PositionalEncoding(null);
  }

  @Override
  public PositionalEncoding named(String name) {
    return new PositionalEncoding(name);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.onlySequence(inputs);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Shape sequence = inputs.get(0).shape();
    int d = sequence.dimension(1);
    double[] waves = new double[sequence.size()];
    for (int i = 0; i < waves.length; i++) {
      int step = i / d;
      int column = i % d;
      double pair = column - column % 2;
      double angle = step / Math.pow(10_000, pair / d);
      waves[i] = column % 2 == 0 ? Math.sin(angle) : Math.cos(angle);
    }
    return inputs.get(0).plus(inputs.get(0).constant(sequence, waves));
  }
}
