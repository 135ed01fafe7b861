package io.kindling.tensorflow;

import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterSpec.GradientKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.Unique;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.family.TType;

/**
 * Where a graph looks up rows of an array. The gradient is taken with respect to the rows that were
 * looked up, and so the graph is cut there: nothing of the array's own size is computed.
 *
 * @param gathers the operations that do it; empty where the array's gradient is to be dense, or the
 *     graph does anything else with the array
 */
record Lookups(View view, List<GraphOperation> gathers) {

  static Lookups in(Reached reached, Output<?> array, View view) {
    if (view.spec().gradient() == GradientKind.DENSE) {
      return new Lookups(view, List.of());
    }
    List<GraphOperation> takers = reached.takersOf(array);
    boolean areAll =
        takers.stream()
            .allMatch(
                taker ->
                    taker.type().equals(Gather.OP_NAME)
                        && Reached.inputs(taker).get(0).equals(array));
    return new Lookups(view, areAll ? takers : List.of());
  }

  /** Whether all that is done with the array is to look up rows of it. */
  boolean isAll() {
    return !gathers.isEmpty();
  }

  /** The rows as they were looked up. */
  List<Output<?>> results() {
    return gathers.stream().<Output<?>>map(gather -> gather.output(0)).toList();
  }

  /**
   * The numbers of the rows, each once, and the sums of the gradients of each.
   *
   * @param ofResults gradients with respect to {@link #results}, which are taken from it
   */
  List<Output<?>> gradient(Ops tf, Iterator<Output<?>> ofResults) {
    List<Operand<TInt32>> numbers = new ArrayList<>();
    List<Operand<TFloat32>> values = new ArrayList<>();
    for (GraphOperation gather : gathers) {
      numbers.add(
          tf.reshape(
              Reached.inputs(gather).get(1).expect(TInt32.class), tf.constant(new int[] {-1})));
      values.add(
          tf.reshape(
              ofResults.next().expect(TFloat32.class),
              tf.constant(new int[] {-1, view.rowSize()})));
    }
    Unique<TInt32, TInt32> unique =
        tf.unique(joined(tf, numbers), tf.constant(new int[0]), TInt32.class);
    Operand<TFloat32> sums =
        tf.math.unsortedSegmentSum(joined(tf, values), unique.idx(), tf.size(unique.y()));
    return List.of(unique.y(), sums.asOutput());
  }

  private static <T extends TType> Operand<T> joined(Ops tf, List<Operand<T>> parts) {
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(0));
  }
}
