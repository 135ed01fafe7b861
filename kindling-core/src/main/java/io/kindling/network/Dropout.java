package io.kindling.network;

import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
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
    Layer.share("dropout rate", rate);
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
  public Tensor apply(LayerScope scope, List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return scope.isTraining() && rate > 0 ? x.times(scope.dropoutMask(rate, x.shape())) : x;
  }

  @Override
  public boolean drawsRandomNumbers() {
    return rate > 0;
  }
}
