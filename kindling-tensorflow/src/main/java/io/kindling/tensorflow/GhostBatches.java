package io.kindling.tensorflow;

import io.kindling.tensor.Shape;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The parts of a batch that are normalised apart from each other.
 *
 * <p>With H the one-hot matrix {@code [rows, groups]} of the rows' groups, group sums of per-row
 * values v {@code [rows, channels]} are Hᵀ v, and H m hands each row its group's value: two small
 * matrix products, whatever the order of the rows, with gradients that are matrix products again.
 */
final class GhostBatches {

  private final Ops tf;
  private final Operand<TFloat32> membership; // [rows, groups]
  private final Operand<TFloat32> counts; // [groups, 1]
  private final Operand<TFloat32> shares; // [groups, 1], sum 1

  GhostBatches(Ops tf, Operand<TInt32> groups) {
    this.tf = tf;
    Operand<TInt32> count = tf.math.add(tf.max(groups, tf.constant(0)), tf.constant(1));
    this.membership = tf.oneHot(groups, count, tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> sizes =
        tf.reshape(tf.sum(membership, tf.constant(0)), tf.constant(new int[] {-1, 1}));
    // A number that no row bears divides by one, not by zero.
    this.counts = tf.math.maximum(sizes, tf.constant(1f));
    this.shares = tf.math.div(sizes, tf.sum(sizes, tf.constant(new int[] {0, 1})));
  }

  /**
   * What normalising makes.
   *
   * @param mean per channel, the mean over the groups weighted by their rows
   * @param variance biased, likewise
   */
  record Normalized(Operand<TFloat32> output, Operand<TFloat32> mean, Operand<TFloat32> variance) {}

  /** y = γ (x − μ) / √(σ² + ε) + β with μ and σ² of the row's group, per innermost channel. */
  Normalized normalize(
      Operand<TFloat32> x,
      Shape row,
      Operand<TFloat32> gamma,
      Operand<TFloat32> beta,
      Operand<TFloat32> epsilon) {
    long channels = row.dimension(-1);
    long places = row.size() / channels;
    Operand<TFloat32> flat = tf.reshape(x, tf.constant(new long[] {-1, places, channels}));
    Operand<TFloat32> mean = meanOfGroups(flat); // [groups, channels]
    Operand<TFloat32> centred = tf.math.sub(flat, ofRows(mean, channels));
    Operand<TFloat32> variance = meanOfGroups(tf.math.square(centred)); // [groups, channels]
    Operand<TFloat32> scale =
        tf.math.mul(gamma, tf.math.rsqrt(tf.math.add(variance, epsilon))); // [groups, channels]
    Operand<TFloat32> y = tf.math.add(tf.math.mul(centred, ofRows(scale, channels)), beta);
    return new Normalized(
        tf.reshape(y, tf.constant(NativeTypes.dimensions(-1, row))),
        overGroups(mean),
        overGroups(variance));
  }

  private Operand<TFloat32> meanOfGroups(Operand<TFloat32> values) {
    Operand<TFloat32> perRow = tf.math.mean(values, tf.constant(1)); // [rows, channels]
    return tf.math.div(tf.linalg.matMul(membership, perRow, MatMul.transposeA(true)), counts);
  }

  private Operand<TFloat32> ofRows(Operand<TFloat32> ofGroups, long channels) {
    return tf.reshape(
        tf.linalg.matMul(membership, ofGroups), tf.constant(new long[] {-1, 1, channels}));
  }

  private Operand<TFloat32> overGroups(Operand<TFloat32> ofGroups) {
    return tf.sum(tf.math.mul(ofGroups, shares), tf.constant(0));
  }
}
