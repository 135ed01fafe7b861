package io.kindling.tensorflow;

import io.kindling.network.ParameterLayout.View;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Identity;
import org.tensorflow.types.TFloat32;

/**
 * The gradient of a parameter that a graph takes through several copies: the sum of theirs, in the
 * order of the copies. Where more than eight branches meet, TensorFlow adds their gradients in the
 * order of addresses in memory, and so with other bits in every graph.
 */
record GradientOfCopies(View view, List<GraphOperation> copies) implements ParameterGradient {

  /** Empty where there are not several copies, or more is done with the parameter. */
  static Optional<ParameterGradient> in(Reached reached, Output<?> parameter, View view) {
    List<GraphOperation> takers = reached.takersOf(parameter);
    boolean areCopies = takers.stream().allMatch(taker -> taker.type().equals(Identity.OP_NAME));
    return takers.size() > 1 && areCopies
        ? Optional.of(new GradientOfCopies(view, takers))
        : Optional.empty();
  }

  @Override
  public List<Output<?>> cuts() {
    return copies.stream().<Output<?>>map(copy -> copy.output(0)).toList();
  }

  @Override
  public List<Output<?>> drawn(Ops tf, Iterator<Output<?>> ofCuts) {
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (int i = 0; i < copies.size(); i++) {
      gradients.add(ofCuts.next().expect(TFloat32.class));
    }
    // Stacked first: TensorFlow turns the operands of its sums about as it likes.
    return List.of(tf.sum(tf.stack(gradients), tf.constant(0)).asOutput());
  }
}
