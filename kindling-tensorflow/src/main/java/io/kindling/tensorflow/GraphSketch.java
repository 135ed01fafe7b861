package io.kindling.tensorflow;

import io.kindling.network.Initializer;
import io.kindling.tensor.ElementType;
import io.kindling.tensor.Shape;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * What a {@link GraphNetwork} is drawn with: TensorFlow's operations, and the places where rows,
 * targets and parameters enter. Valid while the network is being made.
 */
public interface GraphSketch {

  /** TensorFlow's operations, in graph mode. */
  Ops tf();

  /** A column of rows of floats: {@code [rows, dimensions…]}. */
  Operand<TFloat32> input(String name, int... dimensions);

  /** A column of rows; {@code asOutput().expect(…)} gives it its Java type. */
  Operand<?> input(String name, ElementType type, int... dimensions);

  /** A column of what the loss compares with; fed in training only. */
  Operand<?> target(String name, ElementType type, int... dimensions);

  /** A trainable array. */
  Operand<TFloat32> parameter(String name, Shape shape, Initializer initializer);
}
