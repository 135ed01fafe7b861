package io.kindling.network;

import com.fasterxml.jackson.annotation.JsonValue;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * Whole numbers of 0 up to, not including, {@code size} as a vector of {@code size}: {@code []} or
 * {@code [n]} becomes {@code [size]}. Other numbers do not show. The 0 with which texts are filled
 * up counts like any other.
 *
 * @param counts what stands at the place of a number: 1 if it is there, or how often it is
 */
public record CategoryEncoding(String name, int size, Counts counts) implements Layer {

  /** What stands at the place of a number. */
  public enum Counts {
    PRESENCE,
    OCCURRENCES;

    @Override
    @JsonValue
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public CategoryEncoding {
    Layer.atLeast(1, "size", size);
  }

  /** One for each number that is there: one-hot of one number, multi-hot of several. */
  public static CategoryEncoding of(int size) {
    return new CategoryEncoding(null, size, Counts.PRESENCE);
  }

  /** How often each number is there. */
  public CategoryEncoding counting() {
    return new CategoryEncoding(name, size, Counts.OCCURRENCES);
  }

  @Override
  public CategoryEncoding named(String name) {
    return new CategoryEncoding(name, size, counts);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    Shape input = Layer.only(inputs);
    if (input.rank() > 1) {
      throw new IllegalArgumentException(
          "it takes a whole number or [n] of them but got " + input + ". Put a Reshape before it");
    }
    return Shape.of(size);
  }

  @Override
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor places = inputs.get(0).toWholeNumbers().oneHot(size);
    if (places.shape().rank() == 1) {
      return places;
    }
    Tensor each = counts == Counts.PRESENCE ? places.largest(0) : places.sum(0);
    return each.reshaped(size);
  }

  @Override
  public boolean takesWholeNumbers() {
    return true;
  }
}
