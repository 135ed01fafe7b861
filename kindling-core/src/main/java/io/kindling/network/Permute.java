package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Axes in another order.
 *
 * @param axes axis {@code i} of the output is axis {@code axes[i]} of the input, counted from 0
 *     without the batch dimension
 */
public record Permute(String name, List<Integer> axes) implements Layer {

  public Permute {
    axes = List.copyOf(axes);
    if (!axes.stream().sorted().toList().equals(IntStream.range(0, axes.size()).boxed().toList())) {
      throw new IllegalArgumentException(
          "Invalid axes " + axes + ". State every axis from 0 on once.");
    }
  }

  public static Permute of(int... axes) {
    return new Permute(null, IntStream.of(axes).boxed().toList());
  }

  @Override
  public Permute named(String name) {
    return new Permute(name, axes);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Layer.only(inputs);
    if (input.rank() != axes.size()) {
      throw new IllegalArgumentException(
          "it orders " + axes.size() + " axes but its input is " + input);
    }
    return new Shape(axes.stream().map(input::dimension).toList());
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    return inputs.get(0).transposed(axes.stream().mapToInt(Integer::intValue).toArray());
  }
}
