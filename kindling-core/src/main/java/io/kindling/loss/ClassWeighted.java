package io.kindling.loss;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.List;

/**
 * Another loss of a single class per row, times the weight of that class.
 *
 * @param weights by class, from 0
 */
public record ClassWeighted(Loss loss, List<Double> weights) implements Loss {

  public ClassWeighted {
    weights = List.copyOf(weights);
    if (weights.stream().anyMatch(weight -> !(weight >= 0 && weight < Double.POSITIVE_INFINITY))) {
      throw new IllegalArgumentException(
          "Invalid class weights " + weights + ". Use numbers of 0 or more.");
    }
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    TensorSpec target = loss.target(output);
    if (target.type() != ElementType.INT32
        || !target.shape().isScalar()
        || output.shape().dimension(-1) != weights.size()) {
      throw new IllegalArgumentException(
          "Output "
              + output
              + " with target "
              + target
              + " does not suit the weights of "
              + weights.size()
              + " classes. They take one class per row, such as that of"
              + " sparse_categorical_cross_entropy, and one logit per class.");
    }
    return target;
  }

  @Override
  public int classes(TensorSpec output) {
    return loss.classes(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    double[] table = weights.stream().mapToDouble(Double::doubleValue).toArray();
    Tensor ofClasses = output.constant(Shape.of(table.length), table);
    return loss.ofRows(output, target).times(ofClasses.partsAt(target));
  }

  @Override
  public boolean takesYesOrNo() {
    return loss.takesYesOrNo();
  }

  @Override
  public boolean takesLogits() {
    return loss.takesLogits();
  }
}
