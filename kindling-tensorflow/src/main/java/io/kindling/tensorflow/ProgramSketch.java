package io.kindling.tensorflow;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.family.TType;

/**
 * What a {@link GraphProgram} is drawn with: TensorFlow's operations, and the places where values
 * enter and leave. Valid while the program is being made.
 */
public interface ProgramSketch {

  /** TensorFlow's operations, in graph mode. */
  Ops tf();

  /**
   * The placeholder of a column that whoever runs the program has: its type and shape are the
   * column's. Asked for twice, it is the same.
   *
   * @param type the column's, in TensorFlow's words; nothing is cast
   * @throws IllegalArgumentException if there is no such column, or its elements are of another
   *     type
   */
  <T extends TType> Operand<T> column(String name, Class<T> type);

  /**
   * A placeholder of a stated shape.
   *
   * @param name by which its value is fed
   * @param dimensions all of them, rows included; -1 where any size fits
   * @throws IllegalArgumentException if there is another of this name
   */
  <T extends TType> Operand<T> placeholder(String name, Class<T> type, long... dimensions);

  /**
   * Has the program give a value. One value may be given under several names.
   *
   * @throws IllegalArgumentException if there is another of this name
   */
  void output(String name, Operand<?> value);
}
