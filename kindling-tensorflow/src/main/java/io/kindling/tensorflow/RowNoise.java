package io.kindling.tensorflow;

import io.kindling.tensor.Shape;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint16;

/**
 * Random numbers without a random generator: each element is a hash of its row's key, its layer and
 * its place in the row, so that a row's noise is the same in whatever batch the row stands.
 *
 * <p>Key and layer are mixed into 32 bits per row, places into 32 bits per pair of elements when
 * the graph is built; their exclusive or goes through another mixing per pair, whose two halves of
 * 16 bits decide about two elements. The mixing is Chris Wellons' <i>lowbias32</i>, with which
 * every bit of the input turns every bit of the output with probability ½ to within 0.2 %. A rate
 * is thus met to 2⁻¹⁷.
 */
final class RowNoise {

  private static final int FIRST_MULTIPLIER = 0x7feb352d;
  private static final int SECOND_MULTIPLIER = 0x846ca68b;

  private final Ops tf;

  RowNoise(Ops tf) {
    this.tf = tf;
  }

  /**
   * Zeros with probability {@code rate}, else {@code 1 / (1 - rate)}: a row of {@code row}'s shape
   * per key.
   */
  Operand<TFloat32> dropout(double rate, Operand<TInt32> keys, int layer, Shape row) {
    long threshold = Math.min(65535, Math.round(rate * 65536));
    Operand<TUint16> least = tf.dtypes.cast(tf.constant((int) threshold), TUint16.class);
    Operand<TFloat32> mask =
        tf.math.mul(
            tf.dtypes.cast(tf.math.greaterEqual(drawn(keys, layer, row), least), TFloat32.class),
            tf.constant((float) (1 / (1 - rate))));
    return tf.reshape(mask, tf.constant(NativeTypes.dimensions(-1, row)));
  }

  /** Normal numbers: the quantiles of 65,536 equal shares, and so within 4.2 deviations. */
  Operand<TFloat32> normal(Operand<TInt32> keys, int layer, Shape row) {
    Operand<TFloat32> share =
        tf.math.mul(
            tf.math.add(tf.dtypes.cast(drawn(keys, layer, row), TFloat32.class), tf.constant(0.5f)),
            tf.constant(1f / 65536));
    return tf.reshape(tf.math.ndtri(share), tf.constant(NativeTypes.dimensions(-1, row)));
  }

  /** 16 bits per element, {@code [rows, elements]}. */
  private Operand<TUint16> drawn(Operand<TInt32> keys, int layer, Shape row) {
    int pairs = (row.size() + 1) / 2;
    int[] places = new int[pairs];
    for (int pair = 0; pair < pairs; pair++) {
      places[pair] = mixed(pair + 0x9e3779b9);
    }
    Output<?> ofRows =
        mix(
            xor(
                unsigned(tf.reshape(keys, tf.constant(new int[] {-1, 1}))),
                constant(mixed(layer + 1)))); // [rows, 1]
    Output<?> ofPairs =
        mix(xor(ofRows, unsigned(tf.constant(new int[][] {places})))); // [rows, pairs]
    Output<TUint16> halves =
        operation("Bitcast", "type", DataType.DT_UINT16, ofPairs).expect(TUint16.class);
    Operand<TUint16> drawn =
        tf.reshape(halves, tf.constant(new long[] {-1, 2L * pairs})); // [rows, 2 pairs]
    if (2 * pairs != row.size()) {
      drawn =
          tf.slice(
              drawn,
              tf.constant(new int[] {0, 0}),
              tf.constant(new int[] {-1, row.size()})); // [rows, elements]
    }
    return drawn;
  }

  private static int mixed(int x) {
    x ^= x >>> 16;
    x *= FIRST_MULTIPLIER;
    x ^= x >>> 15;
    x *= SECOND_MULTIPLIER;
    return x ^ (x >>> 16);
  }

  /** {@link #mixed}, in the graph. */
  private Output<?> mix(Output<?> x) {
    x = xor(x, shift(x, 16));
    x = times(x, FIRST_MULTIPLIER);
    x = xor(x, shift(x, 15));
    x = times(x, SECOND_MULTIPLIER);
    return xor(x, shift(x, 16));
  }

  private Output<?> xor(Output<?> a, Output<?> b) {
    return operation("BitwiseXor", null, null, a, b);
  }

  private Output<?> shift(Output<?> x, int bits) {
    return operation("RightShift", null, null, x, constant(bits));
  }

  private Output<?> times(Output<?> x, int factor) {
    return operation("Mul", null, null, x, constant(factor));
  }

  private Output<?> constant(int bits) {
    return unsigned(tf.constant(bits));
  }

  private Output<?> unsigned(Operand<TInt32> x) {
    return operation("Bitcast", "type", DataType.DT_UINT32, x.asOutput());
  }

  /** An operation on uint32, for which TensorFlow-Java has no type. */
  private Output<?> operation(
      String type, String attribute, DataType value, Output<?>... operands) {
    var builder = tf.scope().opBuilder(type, type);
    for (Output<?> operand : operands) {
      builder.addInput(operand);
    }
    if (attribute != null) {
      builder.setAttr(attribute, value);
    }
    return builder.build().output(0);
  }
}
