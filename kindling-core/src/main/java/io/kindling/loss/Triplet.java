package io.kindling.loss;

import io.kindling.tensor.Tensor;
import io.kindling.tensor.TensorSpec;

/**
 * max(0, ‖a − p‖² − ‖a − n‖² + m) for an anchor a, one p of its kind and one n of another. Schroff
 * et al., <i>FaceNet: A Unified Embedding for Face Recognition and Clustering</i>, 2015, equation
 * 3. The output is {@code [3, ...]}: a, p and n, such as of one shared network, each behind {@code
 * Reshape.of(1, d)}, joined by {@code Concatenate.along(0)}. There is no target.
 *
 * @param margin m
 */
public record Triplet(double margin) implements Loss {

  public Triplet {
    if (!(margin > 0)) {
      throw new IllegalArgumentException("Invalid margin " + margin + ". Use a positive number.");
    }
  }

  @Override
  public boolean takesTarget() {
    return false;
  }

  @Override
  public TensorSpec target(TensorSpec output) {
    if (output.shape().isScalar() || output.shape().dimension(0) != 3) {
      throw new IllegalArgumentException(
          "Output "
              + output
              + " does not suit triplet, which takes [3, ...]: anchor, positive and negative. Join"
              + " the three with Concatenate.along(0).");
    }
    return Targets.alike(output);
  }

  @Override
  public Tensor ofRows(Tensor output, Tensor target) {
    Tensor anchor = output.slice(0, 0, 1);
    Tensor positive = squaredDistance(anchor, output.slice(0, 1, 2));
    Tensor negative = squaredDistance(anchor, output.slice(0, 2, 3));
    return positive.minus(negative).plus(margin).relu();
  }

  private static Tensor squaredDistance(Tensor a, Tensor b) {
    return a.minus(b).square().meanOfRow().times(a.shape().size());
  }
}
