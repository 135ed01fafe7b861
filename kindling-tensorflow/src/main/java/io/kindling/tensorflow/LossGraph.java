package io.kindling.tensorflow;

import io.kindling.loss.BinaryCrossEntropy;
import io.kindling.loss.CategoricalCrossEntropy;
import io.kindling.loss.LossVisitor;
import io.kindling.loss.MeanSquaredError;
import io.kindling.loss.SparseCategoricalCrossEntropy;
import io.kindling.tensor.Shape;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Draws the loss of each row, {@code [rows]}, of one output and its target. */
final class LossGraph implements LossVisitor<Operand<TFloat32>> {

  private final Ops tf;
  private final Operand<TFloat32> output;
  private final Shape shape;
  private final Operand<?> target;

  LossGraph(Ops tf, Operand<TFloat32> output, Shape shape, Operand<?> target) {
    this.tf = tf;
    this.output = output;
    this.shape = shape;
    this.target = target;
  }

  @Override
  public Operand<TFloat32> visit(SparseCategoricalCrossEntropy loss) {
    // One-hot, because the sparse operation has no gradient in C++.
    Operand<TInt32> classes = target.asOutput().expect(TInt32.class);
    return crossEntropy(
        tf.oneHot(
            shape.rank() == 1 ? classes : tf.reshape(classes, tf.constant(new int[] {-1})),
            tf.constant(shape.dimension(-1)),
            tf.constant(1f),
            tf.constant(0f)));
  }

  @Override
  public Operand<TFloat32> visit(CategoricalCrossEntropy loss) {
    return crossEntropy(matrix(floats()));
  }

  @Override
  public Operand<TFloat32> visit(BinaryCrossEntropy loss) {
    // softplus(z) − z t = max(z, 0) − z t + log(1 + e^−|z|), with the right slope at z = 0 too.
    return meanOfRow(tf.math.sub(tf.math.softplus(output), tf.math.mul(output, floats())));
  }

  @Override
  public Operand<TFloat32> visit(MeanSquaredError loss) {
    return meanOfRow(tf.math.squaredDifference(output, floats()));
  }

  private Operand<TFloat32> crossEntropy(Operand<TFloat32> probabilities) {
    Operand<TFloat32> losses =
        tf.nn.softmaxCrossEntropyWithLogits(matrix(output), probabilities).loss();
    if (shape.rank() == 1) {
      return losses;
    }
    int places = shape.size() / shape.dimension(-1);
    return tf.math.mean(tf.reshape(losses, tf.constant(new int[] {-1, places})), tf.constant(1));
  }

  private Operand<TFloat32> matrix(Operand<TFloat32> values) {
    return shape.rank() == 1
        ? values
        : tf.reshape(values, tf.constant(new int[] {-1, shape.dimension(-1)}));
  }

  private Operand<TFloat32> meanOfRow(Operand<TFloat32> values) {
    return shape.isScalar()
        ? values
        : tf.math.mean(
            tf.reshape(values, tf.constant(new int[] {-1, shape.size()})), tf.constant(1));
  }

  private Operand<TFloat32> floats() {
    return target.asOutput().expect(TFloat32.class);
  }
}
