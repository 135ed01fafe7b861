package io.kindling.tensorflow;

import io.kindling.network.ParameterLayout.View;
import java.util.Iterator;
import java.util.List;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/**
 * How a graph's gradient with respect to one of its parameters comes about. Where it pays, the
 * graph is cut behind the operations that take the parameter: TensorFlow differentiates with
 * respect to their results, and the rest is a line of arithmetic.
 */
interface ParameterGradient {

  /**
   * The cheapest way.
   *
   * @param reached what the loss depends on, the parameter among it
   */
  static ParameterGradient of(View view, Output<?> parameter, Reached reached) {
    return GradientOfRows.in(reached, parameter, view)
        .or(() -> GradientOfFactor.in(reached, parameter, view))
        .or(() -> GradientOfCopies.in(reached, parameter, view))
        .orElseGet(() -> new GradientOfWhole(view, parameter));
  }

  View view();

  /** Whether the gradient is two tensors, the numbers of rows and their values. */
  default boolean isSparse() {
    return false;
  }

  /** What TensorFlow is to differentiate with respect to. */
  List<Output<?>> cuts();

  /**
   * The gradient.
   *
   * @param ofCuts gradients with respect to {@link #cuts}, which are taken from it
   */
  List<Output<?>> drawn(Ops tf, Iterator<Output<?>> ofCuts);
}
