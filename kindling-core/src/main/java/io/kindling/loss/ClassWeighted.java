package io.kindling.loss;

import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.List;

/**
 * Another loss of a single class per row, times the weight of that class: of whole numbers from 0,
 * or of yes (1) and no (0) where the output is one logit.
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
    if (isYesOrNo(output)) {
      return target;
    }
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
              + " sparse_categorical_cross_entropy, and one logit per class; or one logit of"
              + " binary_cross_entropy, and two weights.");
    }
    return target;
  }

  private boolean isYesOrNo(TensorSpec output) {
    return loss.takesYesOrNo() && output.shape().size() == 1 && weights.size() == 2;
  }

  @Override
  public int classes(TensorSpec output) {
    return loss.classes(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    if (target.type() != ElementType.INT32) {
      double no = weights.get(0);
      Tensor share = target.reshaped().times(weights.get(1) - no).plus(output.constant(no));
      return loss.ofRows(output, target).times(share);
    }
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
