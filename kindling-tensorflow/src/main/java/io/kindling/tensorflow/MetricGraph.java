package io.kindling.tensorflow;

import io.kindling.loss.BinaryCrossEntropy;
import io.kindling.loss.Loss;
import io.kindling.metric.Accuracy;
import io.kindling.metric.MetricVisitor;
import io.kindling.metric.SquaredError;
import io.kindling.tensor.TensorSpec;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Draws a metric's accumulators, each a scalar summed over the rows. */
final class MetricGraph implements MetricVisitor<List<Operand<TFloat32>>> {

  private final Ops tf;
  private final TensorSpec outputSpec;
  private final Operand<TFloat32> output;
  private final Loss loss;
  private final TensorSpec targetSpec;
  private final Operand<?> target;

  MetricGraph(
      Ops tf,
      TensorSpec outputSpec,
      Operand<TFloat32> output,
      Loss loss,
      TensorSpec targetSpec,
      Operand<?> target) {
    this.tf = tf;
    this.outputSpec = outputSpec;
    this.output = output;
    this.loss = loss;
    this.targetSpec = targetSpec;
    this.target = target;
  }

  @Override
  public List<Operand<TFloat32>> visit(Accuracy metric) {
    if (loss instanceof BinaryCrossEntropy) {
      Operand<TBool> on = tf.math.greater(output, tf.constant(0f));
      Operand<TBool> wanted = tf.math.greater(floats(), tf.constant(0.5f));
      return List.of(share(tf.math.equal(on, wanted), outputSpec.shape().size()));
    }
    Operand<TInt32> mine = tf.math.argMax(output, tf.constant(-1), TInt32.class);
    Operand<TInt32> wanted =
        targetSpec.shape().equals(outputSpec.shape())
            ? tf.math.argMax(target, tf.constant(-1), TInt32.class)
            : target.asOutput().expect(TInt32.class);
    int places = outputSpec.shape().size() / outputSpec.shape().dimension(-1);
    return List.of(share(tf.math.equal(mine, wanted), places));
  }

  @Override
  public List<Operand<TFloat32>> visit(SquaredError metric) {
    Operand<TFloat32> squares = tf.math.squaredDifference(output, floats());
    return List.of(tf.math.mul(sum(squares), tf.constant(1f / outputSpec.shape().size())));
  }

  private Operand<TFloat32> share(Operand<TBool> right, int places) {
    Operand<TFloat32> ones = tf.dtypes.cast(right, TFloat32.class);
    Operand<TFloat32> sum = sum(ones);
    return places == 1 ? sum : tf.math.mul(sum, tf.constant(1f / places));
  }

  private Operand<TFloat32> sum(Operand<TFloat32> values) {
    return tf.sum(tf.reshape(values, tf.constant(new int[] {-1})), tf.constant(0));
  }

  private Operand<TFloat32> floats() {
    return target.asOutput().expect(TFloat32.class);
  }
}
