package io.kindling.network;

import io.kindling.tensor.Shape;
import java.util.List;

/**
 * In training, each element is zero with probability {@code rate} and is otherwise divided by
 * {@code 1 - rate}; in scoring nothing changes. Srivastava et al., <i>Dropout: A Simple Way to
 * Prevent Neural Networks from Overfitting</i>, 2014, in the inverted form.
 *
 * <p>Masks are a function of seed, step and row, so that they do not depend on which worker
 * computes the row.
 */
public record Dropout(String name, double rate) implements Layer {

  public Dropout {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "Invalid dropout rate " + rate + ". Use a rate from 0 up to, not including, 1.");
    }
  }

  public static Dropout of(double rate) {
    return new Dropout(null, rate);
  }

  @Override
  public Dropout named(String name) {
    return new Dropout(name, rate);
  }

  @Override
  public Shape outputShape(List<Shape> inputs) {
    return Layer.only(inputs);
  }

  @Override
  public <R> R accept(LayerVisitor<R> visitor) {
    return visitor.visit(this);
  }
}
