package io.kindling.tensorflow;

import io.kindling.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.op.nn.FusedBatchNorm;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The parts of a batch that are normalised apart from each other.
 *
 * <p>Where their number is known and the rows are sorted by them, the batch is cut, which copies
 * nothing, and each part goes through the fused kernel of TensorFlow in less than half of the time.
 *
 * <p>Else, with H the one-hot matrix {@code [rows, groups]} of the rows' groups, group sums of
 * per-row values v {@code [rows, channels]} are Hᵀ v, and H m hands each row its group's value: two
 * small matrix products, whatever the order of the rows, with gradients that are matrix products
 * again.
 */
final class GhostBatches {

  private final Ops tf;
  private final int groups; // 0 where unknown
  private final Operand<TFloat32> membership; // [rows, groups]
  private final Operand<TFloat32> sizes; // [groups, 1]
  private final Operand<TFloat32> shares; // [groups, 1], sum 1

  /**
   * @param groups how many there are, none of them empty, and the rows are sorted by them; or 0
   */
  GhostBatches(Ops tf, Operand<TInt32> numbers, int groups) {
    this.tf = tf;
    this.groups = groups;
    Operand<TInt32> count =
        groups > 0
            ? tf.constant(groups)
            : tf.math.add(tf.max(numbers, tf.constant(0)), tf.constant(1));
    this.membership = tf.oneHot(numbers, count, tf.constant(1f), tf.constant(0f));
    this.sizes = tf.reshape(tf.sum(membership, tf.constant(0)), tf.constant(new int[] {-1, 1}));
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
      float epsilon) {
    return groups > 0
        ? cutAndFused(x, row, gamma, beta, epsilon)
        : multiplied(x, row, gamma, beta, epsilon);
  }

  private Normalized cutAndFused(
      Operand<TFloat32> x,
      Shape row,
      Operand<TFloat32> gamma,
      Operand<TFloat32> beta,
      float epsilon) {
    long channels = row.dimension(-1);
    long places = row.size() / channels;
    Operand<TFloat32> pictures = tf.reshape(x, tf.constant(new long[] {-1, places, 1, channels}));
    List<Operand<TFloat32>> parts = new ArrayList<>();
    if (groups == 1) {
      parts.add(pictures);
    } else {
      Operand<TInt32> rows =
          tf.dtypes.cast(tf.reshape(sizes, tf.constant(new int[] {groups})), TInt32.class);
      tf.splitV(pictures, rows, tf.constant(0), (long) groups).output().forEach(parts::add);
    }
    List<Operand<TFloat32>> outputs = new ArrayList<>();
    List<Operand<TFloat32>> means = new ArrayList<>();
    List<Operand<TFloat32>> variances = new ArrayList<>();
    Operand<TFloat32> none = tf.constant(new float[0]);
    for (Operand<TFloat32> part : parts) {
      FusedBatchNorm<TFloat32, TFloat32> normalized =
          tf.nn.fusedBatchNorm(
              part,
              tf.identity(gamma),
              tf.identity(beta),
              none,
              none,
              FusedBatchNorm.epsilon(epsilon),
              FusedBatchNorm.isTraining(true));
      outputs.add(normalized.y());
      means.add(normalized.batchMean());
      variances.add(normalized.batchVariance());
    }
    // The kernel's variance is divided by n - 1, or by 1 where n is 1.
    Operand<TFloat32> n = tf.math.mul(sizes, tf.constant((float) places));
    Operand<TFloat32> biased =
        tf.math.div(tf.math.maximum(tf.math.sub(n, tf.constant(1f)), tf.constant(1f)), n);
    Operand<TFloat32> y = groups == 1 ? outputs.get(0) : tf.concat(outputs, tf.constant(0));
    return new Normalized(
        tf.reshape(y, tf.constant(NativeTypes.dimensions(-1, row))),
        overGroups(tf.stack(means)),
        overGroups(tf.math.mul(tf.stack(variances), biased)));
  }

  private Normalized multiplied(
      Operand<TFloat32> x,
      Shape row,
      Operand<TFloat32> gamma,
      Operand<TFloat32> beta,
      float epsilon) {
    long channels = row.dimension(-1);
    long places = row.size() / channels;
    Operand<TFloat32> flat = tf.reshape(x, tf.constant(new long[] {-1, places, channels}));
    Operand<TFloat32> mean = meanOfGroups(flat); // [groups, channels]
    Operand<TFloat32> centred = tf.math.sub(flat, ofRows(mean, channels));
    Operand<TFloat32> variance = meanOfGroups(tf.math.square(centred)); // [groups, channels]
    Operand<TFloat32> scale =
        tf.math.mul(
            gamma,
            tf.math.rsqrt(tf.math.add(variance, tf.constant(epsilon)))); // [groups, channels]
    Operand<TFloat32> y = tf.math.add(tf.math.mul(centred, ofRows(scale, channels)), beta);
    return new Normalized(
        tf.reshape(y, tf.constant(NativeTypes.dimensions(-1, row))),
        overGroups(mean),
        overGroups(variance));
  }

  private Operand<TFloat32> meanOfGroups(Operand<TFloat32> values) {
    Operand<TFloat32> perRow = tf.math.mean(values, tf.constant(1)); // [rows, channels]
    // A number that no row bears divides by one, not by zero.
    return tf.math.div(
        tf.linalg.matMul(membership, perRow, MatMul.transposeA(true)),
        tf.math.maximum(sizes, tf.constant(1f)));
  }

  private Operand<TFloat32> ofRows(Operand<TFloat32> ofGroups, long channels) {
    return tf.reshape(
        tf.linalg.matMul(membership, ofGroups), tf.constant(new long[] {-1, 1, channels}));
  }

  private Operand<TFloat32> overGroups(Operand<TFloat32> ofGroups) {
    return tf.sum(tf.math.mul(ofGroups, shares), tf.constant(0));
  }
}
