package io.kindling.tensorflow;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/** Tensors one behind the other along the first axis. */
final class Concatenated {

  private Concatenated() {}

  /** One tensor is itself; the operation wants two. */
  static <T extends TType> Operand<T> of(Ops tf, List<Operand<T>> parts) {
    return parts.size() == 1 ? parts.get(0) : tf.concat(parts, tf.constant(0));
  }
}
