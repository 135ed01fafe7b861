package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * (x − mean) / deviation along the innermost axis, with numbers that were taken from the data
 * beforehand.
 *
 * @param means per channel, or one for all
 * @param deviations likewise
 */
public record Normalization(String name, List<Double> means, List<Double> deviations)
    implements Layer {

  public Normalization {
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
    if (means.isEmpty() || means.size() != deviations.size()) {
      throw new IllegalArgumentException(
          "Invalid normalization with "
              + means.size()
              + " means and "
              + deviations.size()
              + " deviations. State one of each per channel, or one for all.");
    }
    deviations.forEach(deviation -> Layer.positive("deviation", deviation));
  }

  /** Per channel. */
  public static Normalization of(double[] means, double[] deviations) {
    return new Normalization(
        null, Arrays.stream(means).boxed().toList(), Arrays.stream(deviations).boxed().toList());
  }

  public static Normalization of(double mean, double deviation) {
    return new Normalization(null, List.of(mean), List.of(deviation));
  }

  @Override
  public Normalization named(String name) {
    return new Normalization(name, means, deviations);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Layer.only(inputs);
    if (means.size() > 1 && (input.isScalar() || input.dimension(-1) != means.size())) {
      throw new IllegalArgumentException(
          "it has " + means.size() + " channels but its input is " + input);
    }
    return input;
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return x.minus(constant(x, means)).dividedBy(constant(x, deviations));
  }

  private static Tensor constant(Tensor x, List<Double> values) {
    double[] numbers = values.stream().mapToDouble(Double::doubleValue).toArray();
    return numbers.length == 1
        ? x.constant(numbers[0])
        : x.constant(Shape.of(numbers.length), numbers);
  }
}
