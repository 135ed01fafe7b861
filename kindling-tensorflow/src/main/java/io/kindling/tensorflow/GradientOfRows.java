package io.kindling.tensorflow;

import io.kindling.network.ParameterLayout.View;
import io.kindling.network.ParameterSpec.GradientKind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gather;
import org.tensorflow.op.core.Unique;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The sparse gradient of an array of which a graph only looks up rows: each row's number once, and
 * the sum of the gradients of where it was looked up. Nothing of the array's own size is computed.
 *
 * @param gathers the operations that look up
 */
record GradientOfRows(View view, List<GraphOperation> gathers) implements ParameterGradient {

  /** Empty where the gradient is to be dense, or more is done with the array than to look up. */
  static Optional<ParameterGradient> in(Reached reached, Output<?> array, View view) {
    if (view.spec().gradient() == GradientKind.DENSE) {
      return Optional.empty();
    }
    List<GraphOperation> takers = reached.takersOf(array);
    boolean areLookups =
        takers.stream()
            .allMatch(taker -> taker.type().equals(Gather.OP_NAME) && taker.input(0).equals(array));
    return areLookups ? Optional.of(new GradientOfRows(view, takers)) : Optional.empty();
  }

  @Override
  public boolean isSparse() {
    return true;
  }

  @Override
  public List<Output<?>> cuts() {
    return gathers.stream().<Output<?>>map(gather -> gather.output(0)).toList();
  }

  @Override
  public List<Output<?>> drawn(Ops tf, Iterator<Output<?>> ofCuts) {
    List<Operand<TInt32>> numbers = new ArrayList<>();
    List<Operand<TFloat32>> values = new ArrayList<>();
    for (GraphOperation gather : gathers) {
      Operand<TInt32> places = gather.input(1).expect(TInt32.class);
      Operand<TFloat32> gradients = ofCuts.next().expect(TFloat32.class);
      numbers.add(tf.reshape(places, tf.constant(new int[] {-1})));
      values.add(tf.reshape(gradients, tf.constant(new int[] {-1, view.rowSize()})));
    }
    Unique<TInt32, TInt32> unique =
        tf.unique(Concatenated.of(tf, numbers), tf.constant(new int[0]), TInt32.class);
    Operand<TFloat32> sums =
        tf.math.unsortedSegmentSum(Concatenated.of(tf, values), unique.idx(), tf.size(unique.y()));
    return List.of(unique.y(), sums.asOutput());
  }
}
