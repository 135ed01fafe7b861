package io.kindling.network;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/**
 * Where rows enter: a name, by which a column is bound to it, and the shape of a row.
 *
 * @param encoding how a column becomes the numbers that enter; empty where it holds them
 */
public record Input(TensorSpec spec, Optional<Encoding> encoding) implements Node {

  public Input {
    if (encoding.isPresent() && !suits(spec, encoding.get())) {
      throw new IllegalArgumentException(
          "Invalid input "
              + spec
              + " of "
              + encoding.get()
              + ". Make it with one of Input's methods.");
    }
  }

  private static boolean suits(TensorSpec spec, Encoding encoding) {
    Shape shape = spec.shape();
    if (encoding instanceof TextEncoding) {
      return spec.type() == ElementType.INT32 && shape.rank() <= 1;
    }
    return spec.type() == ElementType.FLOAT32
        && (encoding instanceof Presence || (shape.rank() == 2 && shape.dimension(1) == 2));
  }

  public static Input of(String name, int... dimensions) {
    return new Input(
        new TensorSpec(name, ElementType.FLOAT32, Shape.of(dimensions)), Optional.empty());
  }

  /** Whole numbers, such as the places of words in a vocabulary. */
  public static Input ofWholeNumbers(String name, int... dimensions) {
    return new Input(
        new TensorSpec(name, ElementType.INT32, Shape.of(dimensions)), Optional.empty());
  }

  /** One text per row, which becomes a whole number. */
  public static Input ofText(String name, TextEncoding encoding) {
    return new Input(
        new TensorSpec(name, ElementType.INT32, Shape.scalar()), Optional.of(encoding));
  }

  /**
   * A sequence of texts per row, which becomes as many whole numbers: of longer ones the end is
   * left out, shorter ones are filled up with 0.
   */
  public static Input ofTexts(String name, TextEncoding encoding, int length) {
    return new Input(
        new TensorSpec(name, ElementType.INT32, Shape.of(length)), Optional.of(encoding));
  }

  /**
   * Sparse vectors. The layer behind is a {@link Dense}, which multiplies what is not zero and
   * whose gradient is as sparse as the rows, or an {@link Embedding}, whose vectors are added up
   * with the elements as their weights.
   *
   * @param size elements of a vector, zeros included
   * @param most how many of them are not zero at most
   */
  public static Input ofSparse(String name, int size, int most) {
    return new Input(
        new TensorSpec(name, ElementType.FLOAT32, Shape.of(most, 2)),
        Optional.of(new NonZeros(size)));
  }

  /**
   * 1 where the column of another input has a number, 0 where it is null or an array too short:
   * feeds from the same column, needs none of its own. Named {@code age_present} for {@code age}.
   */
  public static Input presenceOf(Input other) {
    return new Input(
        new TensorSpec(other.name() + "_present", ElementType.FLOAT32, other.spec().shape()),
        Optional.of(new Presence(other.name())));
  }

  public String name() {
    return spec.name();
  }
}
