package io.kindling.network;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/**
 * Where rows enter: a name, by which a column is bound to it, and the shape of a row.
 *
 * @param encoding how texts become the whole numbers that enter; empty where numbers come
 */
public record Input(TensorSpec spec, Optional<Encoding> encoding) implements Node {

  public Input {
    if (encoding.isPresent() && (spec.type() != ElementType.INT32 || spec.shape().rank() > 1)) {
      throw new IllegalArgumentException(
          "Invalid input "
              + spec
              + " of texts. They become one whole number per row, or a sequence of them.");
    }
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
  public static Input ofText(String name, Encoding encoding) {
    return new Input(
        new TensorSpec(name, ElementType.INT32, Shape.scalar()), Optional.of(encoding));
  }

  /**
   * A sequence of texts per row, which becomes as many whole numbers: of longer ones the end is
   * left out, shorter ones are filled up with 0.
   */
  public static Input ofTexts(String name, Encoding encoding, int length) {
    return new Input(
        new TensorSpec(name, ElementType.INT32, Shape.of(length)), Optional.of(encoding));
  }

  public String name() {
    return spec.name();
  }
}
