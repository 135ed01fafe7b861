package io.kindling.metric;

import io.kindling.loss.Loss;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;
import java.util.Optional;

/** How metrics read outputs beside their targets. */
final class Outputs {

  private Outputs() {}

  static boolean hasClasses(TensorSpec output) {
    return !output.shape().isScalar() && output.shape().dimension(-1) > 1;
  }

  /** That classes can be told, by the largest of several numbers or by a logit of yes or no. */
  static Optional<String> needClasses(String metric, TensorSpec output, Loss loss) {
    return hasClasses(output) || loss.takesYesOrNo()
        ? Optional.empty()
        : Optional.of(
            "Output "
                + output
                + " does not suit "
                + metric
                + ", which takes one number per class. Watch it with mse, or train it with"
                + " binary_cross_entropy.");
  }

  /** That the target is the number of one of several classes. */
  static Optional<String> needClassNumbers(String metric, TensorSpec output, Loss loss) {
    TensorSpec target = loss.target(output);
    return target.type() == ElementType.INT32 && hasClasses(output)
        ? Optional.empty()
        : Optional.of(
            "Output "
                + output
                + " with target "
                + target
                + " does not suit "
                + metric
                + ", which takes one number per class and the right class, as"
                + " sparse_categorical_cross_entropy does.");
  }

  /** That output and target are numbers of one shape. */
  static Optional<String> needEqualShapes(String metric, TensorSpec output, Loss loss) {
    TensorSpec target = loss.target(output);
    return target.shape().equals(output.shape())
        ? Optional.empty()
        : Optional.of(
            "Output "
                + output
                + " with target "
                + target
                + " does not suit "
                + metric
                + ", which takes two of one shape. Watch it with accuracy.");
  }

  /** The class the target stands for, of each place. */
  static Tensor classes(Tensor target) {
    return target.type() == ElementType.INT32 ? target : target.indexOfLargest();
  }

  /** How many outputs are larger than that of the right class, of each place. */
  static Tensor rank(Tensor output, Tensor target) {
    Tensor isRight = classes(target).oneHot(output.shape().dimension(-1));
    Tensor right = output.times(isRight).sum(-1);
    return output.isGreaterThan(right).sum(-1);
  }
}
